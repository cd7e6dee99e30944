/** What a matrix shows: which columns, in which words, and what a cell says aloud. */

import type { Cell, Matrix, MatrixRow, Rag } from "../../domain/generated/ratings";
import { shortPounds } from "../money";
import { count, t, word } from "../say";

export type View = "values" | "colours";

export const OVERALL = "overall";

export const NONE: Cell = {
  rag: "grey",
  rule: "CR-0",
  red: 0,
  amber: 0,
  green: 0,
  grey: 0,
  red_pence: 0,
  amber_pence: 0,
  green_pence: 0,
  grey_pence: 0,
};

const ORDER: readonly Rag[] = ["red", "amber", "grey", "green"];

export function items(cell: Cell): number {
  return cell.red + cell.amber + cell.green + cell.grey;
}

export function valuePence(cell: Cell): number {
  return cell.red_pence + cell.amber_pence + cell.green_pence + cell.grey_pence;
}

/** The columns that hold anything at all; the others are named under the matrix. */
export function usedColumns(matrix: Matrix): { shown: string[]; empty: string[] } {
  const shown: string[] = [];
  const empty: string[] = [];
  for (const category of matrix.columns) {
    const used = matrix.rows.some((row) => items(row.cells[category] ?? NONE) > 0);
    (used ? shown : empty).push(category);
  }
  return { shown, empty };
}

/** Worst first, rows with nothing in them last; within a colour by value of red and amber, then by name. */
export function worstFirst(rows: readonly MatrixRow[]): MatrixRow[] {
  return [...rows].sort(
    (a, b) =>
      Number(items(a.overall) === 0) - Number(items(b.overall) === 0) ||
      ORDER.indexOf(a.overall.rag) - ORDER.indexOf(b.overall.rag) ||
      atRisk(b.overall) - atRisk(a.overall) ||
      a.name.localeCompare(b.name, "en-GB"),
  );
}

export function atRisk(cell: Cell): number {
  return cell.red_pence + cell.amber_pence;
}

/** The two lines of a cell: value of red and amber items, then their counts. */
export function cellLines(cell: Cell): { value: string; counts: string } {
  if (cell.rag === "grey") {
    return { value: "", counts: t("matrix.unseen", { n: cell.grey }) };
  }
  const none = cell.red + cell.amber === 0;
  return {
    value: none ? "" : shortPounds(atRisk(cell)),
    counts: none ? "" : `${count(cell.red)} · ${count(cell.amber)}`,
  };
}

export function columnWords(category: string): string {
  return category === OVERALL ? t("matrix.overall") : word("category", category);
}

/** "Aldermoor, network: red. 3 red, 14 amber, 91 green, 0 without evidence." */
export function cellSaid(row: string, category: string, cell: Cell): string {
  return t("matrix.cell_said", {
    row,
    column: columnWords(category).toLowerCase(),
    rag: word("rag", cell.rag).toLowerCase(),
    red: cell.red,
    amber: cell.amber,
    green: cell.green,
    grey: cell.grey,
  });
}
