import { describe, expect, it } from "vitest";
import type { Line } from "../../domain/generated/planning";
import { folded, fullBar, lanesOf, nextBar, splitYears, sum, yearLabel } from "./model";

const line = (id: string, change: Partial<Line>): Line => ({
  id,
  year: 1,
  label: "2026/27",
  school_id: "s",
  school_name: "Aldermoor",
  category: "user_devices",
  asset_type_id: "laptop",
  type_name: "Pupil laptop",
  quantity: 1,
  unit_pence: 100,
  total_pence: 100,
  must_do: false,
  reason: {},
  words: "",
  due_by_age_on: null,
  due_on: null,
  finance_line: "",
  benefit: 0,
  ...change,
});

const network = { category: "network", asset_type_id: "switch", type_name: "Switch" } as const;

describe("lines of a plan in lanes", () => {
  const lines = [
    line("switch", { ...network, total_pence: 900 }),
    line("cheap", { total_pence: 10 }),
    line("dear", { total_pence: 500 }),
    line("must", { total_pence: 20, must_do: true }),
    line("later", { year: 3, total_pence: 70 }),
  ];
  it("stand in the order of the categories, one lane a type", () => {
    expect(lanesOf(lines).map((lane) => lane.typeName)).toEqual(["Pupil laptop", "Switch"]);
  });
  it("show must-do bars first, then the dearest", () => {
    const bars = lanesOf(lines)[0]?.byYear.get(1) ?? [];
    expect(bars.map((bar) => bar.id)).toEqual(["must", "dear", "cheap"]);
  });
  it("lose no pound by grouping", () => {
    const grouped = lanesOf(lines).reduce((total, lane) => total + lane.total, 0);
    expect(grouped).toBe(sum(lines));
  });
  it("fold a long cell, but count and price what is folded", () => {
    const many = Array.from({ length: 9 }, (_, at) => line(String(at), { total_pence: 100 - at }));
    const cell = folded(many, 3);
    expect(cell.shown).toHaveLength(3);
    expect(cell.rest).toBe(6);
    expect(sum(cell.shown) + cell.restPence).toBe(sum(many));
  });
  it("never fold a single bar away", () => {
    const four = Array.from({ length: 4 }, (_, at) => line(String(at), {}));
    expect(folded(four, 3).rest).toBe(0);
  });
});

describe("the planner's measure", () => {
  it("is a readable figure that the dearest line never passes", () => {
    expect(fullBar([line("a", { total_pence: 5_040_000 })])).toBe(6_000_000);
    expect(fullBar([line("a", { total_pence: 6_000_001 })])).toBe(8_000_000);
    expect(fullBar([line("a", { total_pence: 9_100_000 })])).toBe(10_000_000);
    expect(fullBar([])).toBe(100_000);
  });
  it("keeps the overhang apart from the plan", () => {
    const year = (n: number) => ({
      year: n,
      label: "",
      is_planned: n <= 3,
      limit_pence: 0,
      total_pence: 0,
      must_pence: 0,
      left_pence: 0,
      lines: 0,
    });
    const split = splitYears([1, 2, 3, 4, 5, 6].map(year));
    expect(split.plan.map((one) => one.year)).toEqual([1, 2, 3]);
    expect(split.over.map((one) => one.year)).toEqual([4, 5, 6]);
  });
  it("names years as 2026/27, over the turn of a century too", () => {
    expect(yearLabel("2026-09-01", 1)).toBe("2026/27");
    expect(yearLabel("2026-09-01", 5)).toBe("2030/31");
    expect(yearLabel("2099-04-01", 1)).toBe("2099/00");
  });
});

describe("arrows between bars", () => {
  const lanes = lanesOf([
    line("a1", { total_pence: 50 }),
    line("a2", { total_pence: 40 }),
    line("a3", { year: 4 }),
    line("b1", network),
  ]);
  it("go along the lane to the next year that has a bar", () => {
    expect(nextBar(lanes, "a2", "ArrowRight")).toBe("a3");
    expect(nextBar(lanes, "a3", "ArrowLeft")).toBe("a1");
    expect(nextBar(lanes, "a3", "ArrowRight")).toBeNull();
  });
  it("go down the year through the lanes", () => {
    expect(nextBar(lanes, "a1", "ArrowDown")).toBe("a2");
    expect(nextBar(lanes, "a2", "ArrowDown")).toBe("b1");
    expect(nextBar(lanes, "b1", "ArrowDown")).toBeNull();
    expect(nextBar(lanes, "b1", "ArrowUp")).toBe("a2");
  });
});
