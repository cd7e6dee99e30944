import { beforeEach, describe, expect, test } from "vitest";
import { faultsOffered } from "../finding/actions";
import { lotCondition, roomColour, shownRating } from "../rating";
import { byBuilding, findAssets, nextRoom, roomRows, shownRooms } from "../rooms/model";
import { NOW, type Sample, sampleSchool, VISIT } from "../sample";
import { beforeVisit } from "../subject";
import { indexVisit, type VisitIndex } from "../visit-index";
import { groupSubjects, keptTags, setParts } from "./groups";
import { isIssue, progressOf, shown, subjectsIn, tally } from "./model";

let sample: Sample;
const index = (): VisitIndex => {
  const found = indexVisit(sample.store, VISIT);
  if (!found) throw new Error("the sample visit is not there");
  return found;
};
const room = (name: string): string => sample.rooms[name] ?? "";
const subjects = (name: string) => subjectsIn(index(), sample.store.rating, room(name));

beforeEach(() => {
  sample = sampleSchool();
});

describe("the colour a tablet shows", () => {
  test("condition D is red and C at least amber, whatever the server last said", () => {
    expect(shownRating(true, "D", "green")).toBe("red");
    expect(shownRating(true, "C", "green")).toBe("amber");
    expect(shownRating(true, "C", "red")).toBe("red");
  });

  test("B alone leaves it green, and a better grade does not take back a red", () => {
    expect(shownRating(true, "B", undefined)).toBe("green");
    expect(shownRating(true, "A", "red")).toBe("red");
  });

  test("what was not seen has no colour, even where the server has one", () => {
    expect(shownRating(false, undefined, "green")).toBe("none");
  });

  test("seen but never graded is not called green", () => {
    expect(shownRating(true, undefined, undefined)).toBe("none");
    expect(shownRating(true, undefined, "grey")).toBe("none");
  });

  test("a lot is as bad as the worst grade that a tenth of it has", () => {
    expect(lotCondition([12, 0, 3, 1])).toBe("C");
    expect(lotCondition([9, 0, 0, 1])).toBe("D");
    expect(lotCondition([0, 0, 0, 0])).toBeUndefined();
  });
});

describe("the colour of a room", () => {
  const of = (colour: "red" | "amber" | "green" | "none", criticalService = false) => ({
    colour,
    critical: false,
    criticalService,
  });

  test("one red of many is amber, a quarter of it red is red", () => {
    expect(roomColour([of("red"), ...Array(9).fill(of("green"))])).toBe("amber");
    expect(roomColour([of("red"), of("green"), of("green"), of("green")])).toBe("red");
  });

  test("a red critical service makes it red on its own", () => {
    expect(roomColour([of("red", true), ...Array(30).fill(of("green"))])).toBe("red");
  });

  test("nothing seen is no colour", () => {
    expect(roomColour([of("none"), of("none")])).toBe("none");
  });
});

describe("a room", () => {
  test("counts what is listed here, and what was seen of it", () => {
    const all = subjects("ICT2");
    expect(progressOf(index(), all, room("ICT2"))).toMatchObject({
      expected: 28,
      found: 22,
      state: "started",
    });
    expect(tally(all)).toEqual({ red: 1, amber: 2, green: 19, notSeen: 6 });
  });

  test("shows a stranger that was found here, without counting it as expected", () => {
    const stranger = subjects("ICT2").find((subject) => subject.listedIn !== undefined);
    expect(stranger).toMatchObject({ seen: true, expected: false, listedIn: room("ICT4") });
  });

  test("a thing seen elsewhere is not missing from its own room", () => {
    const away = subjects("ICT4").filter((subject) => subject.elsewhere === room("ICT2"));
    expect(away).toHaveLength(1);
    expect(shown(subjects("ICT4"), "todo")).not.toContainEqual(away[0]);
  });

  test("what is lent, lost or with a person is never missing from the room", () => {
    const asset = index().assetsIn(room("Main hall"))[0];
    sample.store.put("asset", asset?.id ?? "", asset?.scope ?? "", { allocation: "on_loan" });
    sample.store.version.value += 1;
    expect(progressOf(index(), subjects("Main hall"), room("Main hall")).expected).toBe(2);
  });

  test("what is retired is not listed", () => {
    const asset = index().assetsIn(room("Main hall"))[0];
    sample.store.put("asset", asset?.id ?? "", asset?.scope ?? "", { life_state: "retired" });
    sample.store.version.value += 1;
    expect(subjects("Main hall")).toHaveLength(2);
  });

  test("an undone finding counts for nothing", () => {
    const seen = subjects("ICT1")[0];
    sample.store.put("finding", seen?.finding?.id ?? "", VISIT, { void: true });
    sample.store.version.value += 1;
    expect(progressOf(index(), subjects("ICT1"), room("ICT1")).found).toBe(7);
  });

  test("issues are red, amber, any fault, and a wrong room that nobody answered", () => {
    expect(shown(subjects("ICT2"), "issues").every(isIssue)).toBe(true);
    expect(shown(subjects("ICT2"), "issues")).toHaveLength(3);
  });

  test("groups sets first, then kinds, then lots; a heading names what most of it are", () => {
    const groups = groupSubjects(index(), subjects("ICT2"));
    expect(groups.map((group) => group.title)).toEqual([
      "Graded together",
      "Laptops, Dell Latitude 5420",
      "Counted together",
    ]);
    expect(groups[1]?.aside).toBe("18 of 24");
  });

  test("what is still to be seen names its serial, since the heading names its product", () => {
    const rows = groupSubjects(index(), subjects("ICT2")).flatMap((group) => group.rows);
    const missing = rows.filter((row) => row.word === "Not seen");
    expect(missing).toHaveLength(6);
    expect(missing.every((row) => row.fact.startsWith("Serial 9QW4H"))).toBe(true);
  });

  test("an unknown tag stays on the room's list until it is bound or undone", () => {
    const { blank } = sample.codes;
    const scanned = {
      visit_id: VISIT,
      subject_kind: "tag",
      subject_id: "t1",
      code: blank,
      seen: true,
      seen_at: NOW,
    };
    sample.store.put("finding", "f-tag", VISIT, {
      ...scanned,
      seen_room_id: room("ICT1"),
      resolution: "later",
    });
    sample.store.version.value += 1;
    expect(keptTags(index(), room("ICT1"))[0]?.rows[0]).toMatchObject({
      id: blank,
      fact: "Saved for later",
    });
    expect(progressOf(index(), subjects("ICT1"), room("ICT1")).expected).toBe(8);
    sample.store.put("finding", "f-tag", VISIT, { void: true });
    sample.store.version.value += 1;
    expect(keptTags(index(), room("ICT1"))).toEqual([]);
  });

  test("a set of one is no set", () => {
    const set = index()
      .assetsIn(room("ICT2"))
      .filter((asset) => asset.f.set_id);
    for (const part of set.slice(1))
      sample.store.put("asset", part.id, part.scope, { set_id: null });
    sample.store.version.value += 1;
    expect(setParts(subjects("ICT2"), String(set[0]?.f.set_id))).toEqual([]);
  });

  test("a set keeps its order however its parts were read", () => {
    const all = subjects("ICT2");
    const set = String(all.find((subject) => subject.rec.f.set_id)?.rec.f.set_id);
    const ids = (parts: typeof all) => parts.map((part) => part.rec.id);
    expect(ids(setParts(all, set)).length).toBeGreaterThan(1);
    expect(ids(setParts([...all].reverse(), set))).toEqual(ids(setParts(all, set)));
  });

  test("a good grade of a thing that is red for its age says that it is not the grade", () => {
    const all = subjects("ICT1").filter((s) => s.seen && s.finding?.f.condition === "A");
    const asset = all.find((s) => s.kind === "asset");
    if (!asset) throw new Error("the sample has no good thing in ICT1");
    const groups = groupSubjects(index(), [{ ...asset, colour: "red" }]);
    expect(groups[0]?.rows[0]?.fact).toBe("Condition A, red for another reason");
  });
});

describe("the rooms of a visit", () => {
  test("stand by building in walking order, built-in rooms only when something is in them", () => {
    const rows = roomRows(index(), sample.store.rating, NOW);
    expect(byBuilding(rows).map((group) => [group.name, group.done, group.rooms.length])).toEqual([
      ["Block A", 2, 7],
      ["Block B", 0, 3],
      ["Main building", 1, 2],
      ["Across the school", 0, 1],
    ]);
  });

  test("a closed room is done whether it was walked, empty or shut", () => {
    expect(shownRooms(roomRows(index(), sample.store.rating, NOW), "todo")).toHaveLength(10);
  });

  test("the next room is the next open one, and after the last the first again", () => {
    const rows = roomRows(index(), sample.store.rating, NOW);
    expect(nextRoom(rows, room("ICT2"))?.name).toBe("ICT4");
    expect(nextRoom(rows, room("ICT4"))?.name).toBe("Library");
    expect(nextRoom(rows, room("whole"))?.name).toBe("ICT2");
  });

  test("an asset is found by the end of its serial, with 0 and O, 1 and I the same", () => {
    expect(findAssets(index(), "w4h2O").map((hit) => hit.room)).toEqual([room("ICT2")]);
    expect(findAssets(index(), "latitude 5410")).toHaveLength(7);
    expect(findAssets(index(), "4")).toEqual([]);
  });
});

test("the earlier answer is the register's, unless this visit gave it or is blind", () => {
  const asset = index().assetsIn(room("ICT2"))[0];
  expect(beforeVisit(index(), asset)).toMatchObject({
    when: "Nov 2025",
    condition: "B",
    faults: ["case"],
  });
  sample.store.put("visit", VISIT, VISIT, { blind: true });
  sample.store.version.value += 1;
  expect(beforeVisit(index(), asset)).toBeUndefined();
  sample.store.put("visit", VISIT, VISIT, { blind: false });
  sample.store.put("asset", asset?.id ?? "", asset?.scope ?? "", { condition_at: NOW });
  sample.store.version.value += 1;
  expect(beforeVisit(index(), sample.store.get("asset", asset?.id ?? ""))).toBeUndefined();
});

test("a marked fault that the type no longer offers can still be taken back", () => {
  expect(faultsOffered(["hinge", "screen"], ["hinge", "old_one"])).toEqual([
    "hinge",
    "screen",
    "old_one",
  ]);
});
