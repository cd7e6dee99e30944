/** Lines of a plan grouped as the planner shows them, and where the arrows lead. */

import type { Line, Year } from "../../domain/generated/planning";
import { CATEGORIES } from "../estate/categories";

/** One asset type's lines, year by year. */
export interface Lane {
  readonly typeId: string;
  readonly typeName: string;
  readonly category: string;
  readonly byYear: ReadonlyMap<number, readonly Line[]>;
  readonly total: number;
}

const ORDER: readonly string[] = CATEGORIES;

/** Lanes in the order of the categories, dearest first within one; bars must-do first, then dearest. */
export function lanesOf(lines: readonly Line[]): Lane[] {
  const byType = new Map<string, Line[]>();
  for (const line of lines) {
    const lane = byType.get(line.asset_type_id);
    if (lane === undefined) byType.set(line.asset_type_id, [line]);
    else lane.push(line);
  }
  return [...byType.values()]
    .map(laneOf)
    .sort(
      (a, b) =>
        ORDER.indexOf(a.category) - ORDER.indexOf(b.category) ||
        b.total - a.total ||
        a.typeName.localeCompare(b.typeName, "en-GB"),
    );
}

function laneOf(lines: readonly Line[]): Lane {
  const first = lines[0];
  const byYear = new Map<number, Line[]>();
  for (const line of lines) {
    const year = byYear.get(line.year);
    if (year === undefined) byYear.set(line.year, [line]);
    else year.push(line);
  }
  for (const year of byYear.values()) year.sort(barOrder);
  return {
    typeId: first?.asset_type_id ?? "",
    typeName: first?.type_name ?? "",
    category: first?.category ?? "",
    byYear,
    total: sum(lines),
  };
}

function barOrder(a: Line, b: Line): number {
  return (
    Number(b.must_do) - Number(a.must_do) ||
    b.total_pence - a.total_pence ||
    a.school_name.localeCompare(b.school_name, "en-GB")
  );
}

export function sum(lines: readonly Line[]): number {
  return lines.reduce((total, line) => total + line.total_pence, 0);
}

/** The first few bars of a cell, and what the rest comes to; nothing is dropped from the total. */
export function folded(
  lines: readonly Line[],
  most: number,
): { shown: readonly Line[]; rest: number; restPence: number } {
  if (lines.length <= most + 1) return { shown: lines, rest: 0, restPence: 0 };
  const hidden = lines.slice(most);
  return { shown: lines.slice(0, most), rest: hidden.length, restPence: sum(hidden) };
}

/** A full bar: the dearest line, rounded up to a figure a person can read. */
export function fullBar(lines: readonly Line[]): number {
  const dearest = Math.max(0, ...lines.map((line) => line.total_pence));
  const magnitude = 10 ** Math.max(5, Math.floor(Math.log10(Math.max(1, dearest))));
  return (
    [1, 2, 4, 6, 8, 10].map((step) => step * magnitude).find((top) => top >= dearest) ?? dearest
  );
}

/** Plan years and overhang years. */
export function splitYears(years: readonly Year[]): { plan: Year[]; over: Year[] } {
  return {
    plan: years.filter((year) => year.is_planned),
    over: years.filter((year) => !year.is_planned),
  };
}

/** Where an arrow leads from one bar: along the lane by year, or to the bar above or below. */
export function nextBar(lanes: readonly Lane[], from: string, key: string): string | null {
  const bars = lanes.flatMap((lane, row) =>
    [...lane.byYear].flatMap(([year, lines]) =>
      lines.map((line, at) => ({ id: line.id, row, year, at })),
    ),
  );
  const here = bars.find((bar) => bar.id === from);
  if (here === undefined) return null;
  if (key === "ArrowLeft" || key === "ArrowRight") {
    const by = key === "ArrowRight" ? 1 : -1;
    const along = bars
      .filter((bar) => bar.row === here.row && Math.sign(bar.year - here.year) === by)
      .sort((a, b) => by * (a.year - b.year) || a.at - b.at);
    return along[0]?.id ?? null;
  }
  if (key !== "ArrowUp" && key !== "ArrowDown") return null;
  const column = bars.filter((bar) => bar.year === here.year);
  const at = column.findIndex((bar) => bar.id === from);
  return column[at + (key === "ArrowDown" ? 1 : -1)]?.id ?? null;
}

/** 2026/27 from the first day of the plan and the year's number. */
export function yearLabel(startsOn: string, year: number): string {
  const first = Number(startsOn.slice(0, 4)) + year - 1;
  return `${first}/${String((first + 1) % 100).padStart(2, "0")}`;
}
