import { beforeEach, describe, expect, test } from "vitest";
import { resolveEdits, seenEdit, undoOf, unknownTagEdit } from "../edits";
import { NOW, type Sample, SCHOOL, sampleSchool, VISIT } from "../sample";
import { sampleField } from "../sample-field";
import { indexVisit, type VisitIndex } from "../visit-index";
import { createMute, isOpen, outcomeOf } from "./model";
import { bySerial, suggest } from "./suggest";

let sample: Sample;
const index = (): VisitIndex => {
  const found = indexVisit(sample.store, VISIT);
  if (!found) throw new Error("the sample visit is not there");
  return found;
};
const scan = (room: string, text: string) =>
  outcomeOf(index(), sample.store.codeOwner, sample.rooms[room] ?? "", text);
const codeIn = (room: string, nth = 0): string => {
  const asset = index().assetsIn(sample.rooms[room] ?? "")[nth];
  return index().tagOf(asset?.id ?? "") ?? "";
};

beforeEach(() => {
  sample = sampleSchool();
});

describe("what a scan means", () => {
  test("an expected thing that was not seen yet is found here", () => {
    expect(scan("Main hall", codeIn("Main hall"))).toMatchObject({ kind: "found" });
  });

  test("a thing already seen in this room is said so with its time and writes nothing", () => {
    expect(scan("ICT1", codeIn("ICT1"))).toMatchObject({
      kind: "again",
      at: Date.parse("2026-11-23T09:40:00Z"),
    });
  });

  test("a thing listed in another room is in the wrong room", () => {
    expect(scan("ICT1", codeIn("Main hall"))).toMatchObject({
      kind: "wrong_room",
      listedIn: sample.rooms["Main hall"],
    });
  });

  test("a thing handed out to a cart has no wrong room", () => {
    const asset = index().assetsIn(sample.rooms["Main hall"] ?? "")[0];
    const code = codeIn("Main hall");
    sample.store.put("asset", asset?.id ?? "", SCHOOL, {
      allocation: "cart",
      allocated_to: "Cart 3",
    });
    sample.store.version.value += 1;
    expect(scan("ICT1", code)).toMatchObject({ kind: "found", keptAt: "Cart 3" });
  });

  test("a blank code of our own pool is an unknown tag", () => {
    expect(scan("ICT1", sample.codes.blank).kind).toBe("unknown");
  });

  test("a code of a sister school is in the wrong place", () => {
    expect(scan("ICT1", sample.codes.sister).kind).toBe("sister");
  });

  test("a good code that the index does not know is not ours", () => {
    expect(scan("ICT1", sample.codes.foreign).kind).toBe("not_ours");
  });

  test("a web address of somebody else is not a tag", () => {
    expect(scan("ICT1", "https://example.org/menu")).toEqual({ kind: "not_a_tag", address: true });
  });

  test("a wrong check character records nothing and names the code of this school", () => {
    const code = codeIn("Main hall");
    const typed = code.slice(0, 7) + (code.endsWith("9") ? "8" : "9");
    const outcome = scan("ICT1", typed);
    expect(outcome.kind).toBe("mistyped");
    expect(outcome.kind === "mistyped" && outcome.suspects[0]?.code).toBe(code);
  });

  test("a room's own label says which room this is", () => {
    sample.store.put("tag", "t-room", SCHOOL, {
      code: "ROOM 7",
      room_id: sample.rooms.Library ?? "",
    });
    sample.store.version.value += 1;
    expect(scan("ICT1", "room 7")).toMatchObject({ kind: "room", room: sample.rooms.Library });
  });

  test("a maker's barcode that was taken on as an alias finds its asset", () => {
    const asset = index().assetsIn(sample.rooms["Main hall"] ?? "")[0];
    sample.store.put("tag", "t-alias", SCHOOL, { code: "CN-0W4K13-74", asset_id: asset?.id ?? "" });
    sample.store.version.value += 1;
    expect(scan("Main hall", "cn-0w4k13-74")).toMatchObject({ kind: "found" });
  });
});

test("the same code is muted until it was out of the picture for 2.5 seconds", () => {
  const muted = createMute();
  expect(muted("A", 0)).toBe(false);
  expect(muted("A", 2000)).toBe(true);
  expect(muted("A", 4000)).toBe(true);
  expect(muted("B", 4000)).toBe(false);
  expect(muted("A", 6501)).toBe(false);
});

test("a wrong room keeps its buttons until it is answered", () => {
  const { ids } = sampleField(sample);
  const room = sample.rooms.ICT1 ?? "";
  const outcome = scan("ICT1", codeIn("Main hall"));
  const hit = { key: 1, at: NOW, room, outcome, answer: undefined };
  if (outcome.kind !== "wrong_room") throw new Error("expected the wrong room");
  expect(isOpen(hit, index())).toBe(true);
  const at = { index: index(), ids, kind: "asset" as const, id: outcome.asset.id };
  for (const edit of [seenEdit(at, room, NOW), ...resolveEdits(at, room, "going_back")]) {
    sample.store.put(edit.kind, edit.id, edit.scope, edit.set);
  }
  sample.store.version.value += 1;
  expect(isOpen(hit, index())).toBe(false);
});

describe("what a scan writes", () => {
  test("a finding has the id that follows from visit and subject, so that twins meet", () => {
    const { ids } = sampleField(sample);
    const asset = index().assetsIn(sample.rooms["Main hall"] ?? "")[0]?.id ?? "";
    const edit = seenEdit({ index: index(), ids, kind: "asset", id: asset }, "room", NOW, {
      resolution: "here",
    });
    expect(edit.id).toBe(ids.natural("finding", VISIT, "asset", asset));
    expect(edit).toMatchObject({
      kind: "finding",
      scope: VISIT,
      set: {
        visit_id: VISIT,
        subject_kind: "asset",
        subject_id: asset,
        seen: true,
        resolution: "here",
      },
    });
  });

  test("belongs here moves the asset in the same group", () => {
    const { ids } = sampleField(sample);
    const asset = index().assetsIn(sample.rooms["Main hall"] ?? "")[0]?.id ?? "";
    const edits = resolveEdits(
      { index: index(), ids, kind: "asset", id: asset },
      "r1",
      "belongs_here",
    );
    expect(edits.map((edit) => edit.kind)).toEqual(["finding", "asset"]);
    expect(edits[1]).toMatchObject({ id: asset, scope: SCHOOL, set: { room_id: "r1" } });
  });

  test("going back and on loan leave the register alone", () => {
    const { ids } = sampleField(sample);
    const at = {
      index: index(),
      ids,
      kind: "asset" as const,
      id: index().assetsIn(sample.rooms.ICT4 ?? "")[0]?.id ?? "",
    };
    expect(resolveEdits(at, "r1", "going_back")).toHaveLength(1);
    expect(resolveEdits(at, "r1", "on_loan")).toHaveLength(1);
  });

  test("a code that is not ours is kept as a finding about the tag", () => {
    const { ids } = sampleField(sample);
    const edit = unknownTagEdit(index(), ids, sample.codes.foreign, "r1", NOW, "not_ours");
    expect(edit.set).toMatchObject({
      subject_kind: "tag",
      subject_id: ids.natural("tag", sample.codes.foreign),
      code: sample.codes.foreign,
      resolution: "not_ours",
    });
  });

  test("undoing a first scan voids the finding, and a later scan brings it back", () => {
    const { ids } = sampleField(sample);
    const asset = index().assetsIn(sample.rooms["Main hall"] ?? "")[0]?.id ?? "";
    const at = () => ({ index: index(), ids, kind: "asset" as const, id: asset });
    const edit = seenEdit(at(), "r1", NOW);
    const back = undoOf([edit], sample.store.get);
    const { kind, id, scope } = edit;
    expect(back).toEqual([{ kind, id, scope, set: { void: true } }]);
    for (const each of [edit, ...back]) sample.store.put(each.kind, each.id, each.scope, each.set);
    sample.store.version.value += 1;
    expect(seenEdit(at(), "r1", NOW).set).toMatchObject({ void: false, seen: true });
  });
});

describe("typed instead of scanned", () => {
  test("the last four of a serial find the thing, this room's first", () => {
    const [first] = suggest(index(), sample.rooms.ICT2 ?? "", "4h20");
    expect(first?.why).toBe("serial");
    expect(first?.asset.f.room_id).toBe(sample.rooms.ICT2);
  });

  test("fewer than three characters suggest nothing", () => {
    expect(suggest(index(), sample.rooms.ICT2 ?? "", "9Q")).toEqual([]);
  });

  test("a serial read off the plate finds its one asset, whatever its spacing", () => {
    expect(bySerial(index(), "9qw4h-20")?.asset.f.serial).toBe("9QW4H20");
    expect(bySerial(index(), "nothing like it")).toBeUndefined();
  });
});
