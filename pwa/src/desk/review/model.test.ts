import { describe, expect, test } from "vitest";
import type { Conflict, Held, HeldValue, Side, Waiting } from "../../domain/generated/audits";
import { checkCharacter } from "../../domain/tag";
import { ApiProblem } from "../api";
import {
  authorWords,
  decidedWords,
  fieldWords,
  lineOf,
  shownValues,
  sidesOf,
  sideWords,
  valueWords,
} from "./model";

const SIDE: Side = {
  client_id: "a",
  mid: 1,
  value: "C",
  name: null,
  person: "Tom Field",
  device: "9f3c",
  at: Date.UTC(2026, 10, 16, 10, 14),
};
const CONFLICT: Conflict = {
  kind: "finding",
  id: "1",
  field: "condition",
  question: null,
  is_text: false,
  is_fixed: false,
  is_removed: false,
  stands: SIDE,
  others: [{ ...SIDE, mid: 2, value: "D", person: "Anwen Price" }],
};

describe("a value in words, never as the code that travels", () => {
  test.each([
    ["finding", "condition", "C", null, "C, major faults"],
    ["finding", "seen", false, null, "No"],
    ["finding", "note", "", null, "No answer"],
    ["finding", "seen_room_id", "0198", "ICT1", "ICT1"],
    ["finding", "resolution", "belongs_here", null, "Belongs here now"],
    ["finding", "answers/wifi_works", "not_sure", null, "Not sure"],
    ["finding", "count_a", 12, null, "12"],
    ["room_walk", "state", "no_access", null, "No access"],
    ["asset", "life_state", "in_use", null, "In use"],
    ["asset", "bought_on", "2026-09-01", null, "1 Sept 2026"],
    ["asset", "deleted", true, null, "Remove it"],
    ["asset", "deleted", null, null, "Keep it"],
    ["finding", "later", { a: [1] }, null, "Several values"],
  ])("%s.%s %j", (kind, field, value, name, words) => {
    expect(valueWords(kind, field, value, name)).toBe(words);
  });

  test("a fault is named, a question is asked as it was, a stranger field is at least readable", () => {
    expect(fieldWords("faults/cracked_screen", null)).toBe("Fault: cracked screen");
    expect(fieldWords("answers/wifi_works", "Does Wi-Fi work?")).toBe("Does Wi-Fi work?");
    expect(fieldWords("seen_room_id", null)).toBe("Room");
    expect(fieldWords("from_the_future", null)).toBe("From the future");
  });
});

test("what stands comes first, and a delete may face a record that simply stands", () => {
  expect(sidesOf(CONFLICT).map((side) => sideWords(CONFLICT, side))).toEqual([
    "C, major faults",
    "D, end of life",
  ]);
  const removal = { ...CONFLICT, field: "deleted", stands: null };
  expect(sideWords(removal, null)).toBe("Keep it");
});

test("who wrote it: a person on a tablet, a person at the desk, or Walkround itself", () => {
  expect(authorWords(SIDE)).toMatch(/^Tom Field, tablet 9f3c, 16 Nov 2026/);
  expect(authorWords({ ...SIDE, device: null })).toContain("at the desk");
  expect(authorWords({ ...SIDE, person: null, device: null })).toContain("Walkround itself");
});

test("a row of the list names the tag, the room, both people and the day", () => {
  const tag = `K7M42QX${checkCharacter("K7M42QX")}`;
  const item = { tag, room_name: "ICT1", since: SIDE.at ?? 0, conflict: CONFLICT };
  expect(lineOf({ ...item, held: null } as unknown as Waiting)).toMatch(
    /^K7M4-2QX\w · ICT1 · Tom Field, Anwen Price · 16 Nov/,
  );
});

test("keys that only say which record it is are left out, unless there is nothing else", () => {
  const value = (field: string) => ({ field }) as unknown as HeldValue;
  const held = (...fields: string[]) => ({ values: fields.map(value) }) as unknown as Held;
  expect(shownValues(held("visit_id", "note")).map((one) => one.field)).toEqual(["note"]);
  expect(shownValues(held("visit_id")).map((one) => one.field)).toEqual(["visit_id"]);
});

describe("the second of two reviewers is told who decided what", () => {
  const problem = (decided?: unknown) =>
    new ApiProblem("conflict", "", "", {}, 409, decided === undefined ? {} : { decided });

  test("a refusal with its reason", () => {
    const at = Date.UTC(2026, 10, 16, 10, 14);
    const words = decidedWords(
      problem({ by: "Priya Shah", outcome: "refused", reason: "Graded again", at }),
    );
    expect(words).toContain("Priya Shah refused it");
    expect(words).toContain("“Graded again”");
  });

  test("a value that moved on without a decision", () => {
    expect(decidedWords(problem())).toMatch(/changed here meanwhile/);
  });

  test("any other problem is not one of these", () => {
    expect(decidedWords(new ApiProblem("not_found", ""))).toBeUndefined();
  });
});
