import { describe, expect, it } from "vitest";
import { draftLimits, limitKey, readLimits } from "./limits";

const schools = [
  { id: "a", name: "Aldermoor" },
  { id: "b", name: "Beckfold" },
];

describe("yearly limits", () => {
  it("come back as the pence they were", () => {
    const limits = [
      { school_id: "a", year: 1, pence: 17_500_000 },
      { school_id: "b", year: 1, pence: 1_050 },
    ];
    const read = readLimits(draftLimits(limits), schools, "2026-09-01", 1);
    expect(read).toEqual({ limits, faults: [] });
  });
  it("name the school and the year of every amount that cannot be read", () => {
    const draft = { [limitKey("a", 2)]: "185k", [limitKey("b", 1)]: "lots" };
    const { faults } = readLimits(draft, schools, "2026-09-01", 2);
    expect(faults.map(([, words]) => words)).toEqual([
      expect.stringContaining("Aldermoor, 2027/28"),
      expect.stringContaining("Beckfold, 2026/27"),
    ]);
  });
  it("leave an empty year to the year before, but keep a 0 that was typed", () => {
    const draft = { [limitKey("a", 1)]: "500", [limitKey("a", 3)]: "0" };
    const { limits } = readLimits(draft, schools.slice(0, 1), "2026-09-01", 3);
    expect(limits.map(({ year, pence }) => [year, pence])).toEqual([
      [1, 50_000],
      [3, 0],
    ]);
  });
});
