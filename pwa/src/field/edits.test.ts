import { beforeEach, describe, expect, test } from "vitest";
import { aboutRows, questionsAbout, wantsPhoto } from "./about/model";
import { addEdits, findProducts, sameSerial } from "./add/model";
import { answerEdit, startWalk, unknownTagEdit, walkEdit } from "./edits";
import { NOW, type Sample, SCHOOL, sampleSchool, VISIT } from "./sample";
import { type SampleField, sampleField } from "./sample-field";
import { indexVisit, type VisitIndex } from "./visit-index";

let sample: Sample;
let field: SampleField;
const index = (): VisitIndex => {
  const found = indexVisit(sample.store, VISIT);
  if (!found) throw new Error("the sample visit is not there");
  return found;
};
const DRAFT = { product: "", serial: " SN 1 ", name: "" };

beforeEach(() => {
  sample = sampleSchool();
  field = sampleField(sample);
});

describe("adding a thing in the flow", () => {
  const where = () => ({ index: index(), ids: field.ids, room: sample.rooms.ICT1 ?? "", now: NOW });

  test("makes the asset, binds its tag and records that it was seen, in one group", () => {
    const code = sample.codes.blank;
    const { asset, edits } = addEdits(where(), { ...DRAFT, type: "t1" }, code);
    expect(edits.map((edit) => [edit.kind, edit.scope])).toEqual([
      ["asset", SCHOOL],
      ["tag", SCHOOL],
      ["finding", VISIT],
    ]);
    expect(edits[0]?.set).toMatchObject({
      asset_type_id: "t1",
      room_id: sample.rooms.ICT1,
      serial: "SN 1",
    });
    expect(edits[1]).toMatchObject({
      id: field.ids.natural("tag", code),
      set: { code, asset_id: asset, bound_at: NOW },
    });
    expect(edits[2]?.set).toMatchObject({ subject_id: asset, seen: true, resolution: "here" });
  });

  test("the unknown scan that led here no longer counts", () => {
    const code = sample.codes.blank;
    const scanned = unknownTagEdit(index(), field.ids, code, sample.rooms.ICT1 ?? "", NOW, null);
    sample.store.put(scanned.kind, scanned.id, scanned.scope, scanned.set);
    sample.store.version.value += 1;
    const { edits } = addEdits(where(), { ...DRAFT, type: "t1" }, code);
    expect(edits.at(-1)).toMatchObject({ kind: "finding", id: scanned.id, set: { void: true } });
  });

  test("without a tag there is no tag edit", () => {
    const { edits } = addEdits(where(), { ...DRAFT, type: "t1" }, undefined);
    expect(edits.map((edit) => edit.kind)).toEqual(["asset", "finding"]);
  });

  test("a serial that is in the register already is pointed out", () => {
    expect(sameSerial(index(), "9qw4h 13")?.f.serial).toBe("9QW4H13");
    expect(sameSerial(index(), "n/a")).toBeUndefined();
  });

  test("products are found by any words of maker and model, within the chosen kind", () => {
    expect(findProducts(index(), "", "5420 dell").map((hit) => hit.name)).toEqual([
      "Dell Latitude 5420",
    ]);
    expect(findProducts(index(), sample.types.interactive_panel ?? "", "dell")).toEqual([]);
  });
});

describe("answering", () => {
  const at = (room: string, nth = 0) => {
    const id = index().assetsIn(sample.rooms[room] ?? "")[nth]?.id ?? "";
    return { index: index(), ids: field.ids, kind: "asset" as const, id };
  };

  test("an answer on something not seen yet says that it is here", () => {
    const edit = answerEdit(at("Main hall"), sample.rooms["Main hall"] ?? "", NOW, {
      condition: "C",
    });
    expect(edit.set).toMatchObject({
      seen: true,
      seen_at: NOW,
      resolution: "here",
      condition: "C",
    });
  });

  test("an answer on something seen changes that answer only", () => {
    const edit = answerEdit(at("ICT1"), sample.rooms.ICT1 ?? "", NOW, { condition: "C" });
    expect(edit.set).toEqual({ condition: "C" });
  });

  test("an answer given in a room where it is not listed leaves the wrong room open", () => {
    const edit = answerEdit(at("Main hall"), sample.rooms.ICT1 ?? "", NOW, { condition: "B" });
    expect(edit.set).toMatchObject({ seen_room_id: sample.rooms.ICT1, resolution: null });
  });
});

describe("walking", () => {
  test("the first thing done in a room starts its walk, and only the first", () => {
    const { ids } = field;
    const edit = startWalk(index(), ids, sample.rooms.Music ?? "", "u1", NOW);
    expect(edit).toMatchObject({ id: ids.natural("room_walk", VISIT, sample.rooms.Music ?? "") });
    expect(edit?.set).toMatchObject({ state: "started", started_at: NOW, claimed_by: "u1" });
    expect(startWalk(index(), ids, sample.rooms.ICT1 ?? "", "u1", NOW)).toBeUndefined();
  });

  test("closing a room writes its state and never what was not seen", () => {
    const edit = walkEdit(index(), field.ids, sample.rooms.ICT2 ?? "", {
      state: "done",
      done_at: NOW,
    });
    expect(edit.set).toEqual({ state: "done", done_at: NOW });
  });
});

describe("the room's questions", () => {
  test("come from the frozen checklist, with what is answered", () => {
    const rows = aboutRows(index(), sample.rooms.ICT2 ?? "");
    expect(rows.map((row) => row.answered)).toEqual([true, false, false, false, false, false]);
    expect(rows[0]?.answer).toBe("Yes");
  });

  test("a kind of question that this build cannot ask is left out, not guessed", () => {
    const visit = sample.store.get("visit", VISIT);
    const odd = [
      { about: "room", questions: [{ key: "x", text: "?", answer: "hologram" }, 5, null] },
    ];
    sample.store.put("visit", VISIT, VISIT, { ...visit?.f, checklists: odd });
    sample.store.version.value += 1;
    expect(questionsAbout(index(), "room")).toEqual([]);
  });

  test("an answer that asks for a photo asks until there is one", () => {
    const ask = questionsAbout(index(), "room").find((question) => question.key === "cabling_safe");
    if (!ask) throw new Error("the sample has that question");
    expect(wantsPhoto(ask, "no", 0)).toBe(true);
    expect(wantsPhoto(ask, "no", 1)).toBe(false);
    expect(wantsPhoto(ask, "yes", 0)).toBe(false);
  });
});

describe("saving", () => {
  test("nothing is said to be done before it is saved, and a failure stays until it is", async () => {
    sample.store.failNext();
    const edit = { kind: "finding", id: "f1", scope: VISIT, set: { note: "x" } };
    expect(await field.saver.save({ edits: [edit], words: "Noted" })).toBe(false);
    expect(field.saver.failed.value?.edits).toEqual([edit]);
    expect(field.saver.toast.value).toBeUndefined();
    expect(await field.saver.save(field.saver.failed.value ?? { edits: [] })).toBe(true);
    expect(field.saver.failed.value).toBeUndefined();
    field.saver.dismiss();
  });

  test("undo writes the earlier value back as a new edit, from the record's own history too", async () => {
    const finding = sample.store.list("finding", VISIT)[0];
    if (!finding) throw new Error("the sample has findings");
    const edit = { kind: "finding", id: finding.id, scope: VISIT, set: { condition: "D" } };
    await field.saver.save({ edits: [edit], words: "Graded", about: finding.id });
    const [change] = field.saver.changesOf(finding.id);
    if (!change) throw new Error("the change is remembered");
    await field.saver.undo(change, finding.id);
    expect(sample.store.get("finding", finding.id)?.f.condition).toBe(finding.f.condition);
    expect(field.saver.changesOf(finding.id)).toEqual([]);
    field.saver.dismiss();
  });
});
