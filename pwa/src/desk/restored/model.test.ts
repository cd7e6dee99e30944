import { describe, expect, test } from "vitest";
import type { Lost, LostValue } from "../../domain/generated/recovery";
import { ApiProblem } from "../api";
import {
  firstTicks,
  lineOf,
  nowWords,
  pickedOf,
  shownAt,
  sourceWords,
  stateWords,
  ticked,
  topicOf,
  wasWords,
  whyNot,
} from "./model";

function lost(field: string, mid: number, more: Partial<LostValue> = {}): LostValue {
  return {
    field,
    mid,
    client_id: field === "deleted" ? "" : "them",
    question: null,
    value: field === "deleted" ? true : "x",
    name: null,
    now: null,
    now_name: null,
    person: null,
    device: null,
    at: null,
    shown_by: "Tom Field",
    shown_on: "9f3c",
    ...more,
  };
}

const ITEM: Lost = {
  id: "1",
  is_there: true,
  kind: "asset",
  room_name: "Room 12",
  school_id: "s",
  school_name: "Alder School",
  since: Date.UTC(2026, 10, 16),
  subject_id: "1",
  subject_kind: "asset",
  subject_name: "Laptop",
  tag: null,
  until: 9,
  values: [],
  visit_id: null,
  visit_name: null,
};

describe("what is ticked", () => {
  const values = [lost("serial", 1), lost("serial", 2), lost("note", 3)];

  test("begins with the value of each field that was told last", () => {
    expect([...firstTicks(values)]).toEqual([1, 2]);
  });

  test("is one value of a field at most", () => {
    expect([...ticked(firstTicks(values), values, 0)].sort()).toEqual([0, 2]);
    expect([...ticked(new Set([0]), values, 0)]).toEqual([]);
  });

  test("is the removal or values, never both", () => {
    const both = [lost("deleted", 0), lost("note", 3)];
    expect([...firstTicks(both)]).toEqual([1]);
    expect([...ticked(new Set([1]), both, 0)]).toEqual([0]);
    expect([...ticked(new Set([0]), both, 1)]).toEqual([1]);
    expect([...firstTicks([lost("deleted", 0)])]).toEqual([0]);
  });

  test("takes fields along that nobody is shown, and none for themselves", () => {
    const quiet = [lost("condition", 1), lost("seen_at", 1)];
    expect(shownAt(quiet)).toEqual([0]);
    expect(pickedOf(new Set([0]), quiet).map(({ field }) => field)).toEqual([
      "condition",
      "seen_at",
    ]);
    expect(pickedOf(new Set([1]), quiet)).toEqual([]);
    const removal = [lost("deleted", 0), lost("seen_at", 1)];
    expect(pickedOf(new Set([0]), removal).map(({ field }) => field)).toEqual(["deleted"]);
  });
});

describe("a lost value in words", () => {
  test("says what it was and what stands now", () => {
    const value = lost("serial", 1, { value: "LOST", now: "HERE" });
    expect(wasWords("asset", value)).toBe("LOST");
    expect(nowWords(ITEM, value)).toBe("Stands now: HERE");
    expect(nowWords({ ...ITEM, is_there: false }, value)).toBeNull();
  });

  test("says who wrote it when that is known, and whose tablet shows it", () => {
    expect(sourceWords(lost("serial", 1))).toBe("Still on Tom Field’s tablet 9f3c");
    expect(sourceWords(lost("serial", 1, { person: "Anwen Price", shown_by: null }))).toBe(
      "By Anwen Price · Still on a tablet",
    );
  });

  test("is counted in the list, and named when it is alone", () => {
    const values = [lost("serial", 1), lost("note", 2)];
    expect(topicOf({ ...ITEM, values })).toBe("2 values");
    expect(topicOf({ ...ITEM, values: values.slice(1) })).toBe("Note");
    expect(topicOf({ ...ITEM, values: [lost("deleted", 0)] })).toBe("It was removed");
    expect(lineOf(ITEM)).toBe("Alder School · Room 12 · 16 Nov 2026");
  });
});

test("a tablet is silent, or says how much the server lacks", () => {
  const one = { person: "Tom Field", device: "9f3c", last_seen: 1 };
  expect(stateWords({ ...one, state: "silent", changes: null })).toBe("Not heard of since");
  expect(stateWords({ ...one, state: "offering", changes: 2 })).toBe(
    "Holds 2 changes the server lacks",
  );
});

test("why it stays in the list is said for what the server refuses", () => {
  const refused = (more: Record<string, unknown>) =>
    new ApiProblem("conflict", "", "", {}, 409, more);
  expect(whyNot(refused({ code: "missing_parent" }))).toMatch(/needs is not there/);
  expect(whyNot(refused({ code: "bad_value" }))).toMatch(/does not fit/);
  expect(whyNot(refused({}))).toBeUndefined();
  expect(whyNot(new Error("x"))).toBeUndefined();
});
