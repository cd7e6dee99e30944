import { describe, expect, it } from "vitest";
import type { Cell, Matrix, MatrixRow } from "../../domain/generated/ratings";
import { cellLines, cellSaid, NONE, usedColumns, worstFirst } from "./model";

const cell = (change: Partial<Cell>): Cell => ({ ...NONE, ...change });
const row = (name: string, overall: Cell, cells: Record<string, Cell> = {}): MatrixRow => ({
  id: name,
  name,
  kind: "school",
  overall,
  cells,
});

describe("a cell", () => {
  it("shows the value of red and amber only, then red and amber counts", () => {
    const shown = cellLines(
      cell({
        rag: "red",
        red: 3,
        amber: 14,
        green: 91,
        red_pence: 1_500_000,
        amber_pence: 728_000,
      }),
    );
    expect(shown).toEqual({ value: "£22k", counts: "3 · 14" });
  });
  it("stays quiet when nothing is red or amber", () => {
    expect(cellLines(cell({ rag: "green", green: 4, green_pence: 900 }))).toEqual({
      value: "",
      counts: "",
    });
  });
  it("says how many have no evidence instead of a value it does not know", () => {
    const shown = cellLines(cell({ rag: "grey", grey: 81, red: 1, red_pence: 5 }));
    expect(shown).toEqual({ value: "", counts: "81 unseen" });
  });
  it("is said without the soft hyphens of its heading", () => {
    expect(cellSaid("ICT1", "classroom_av", cell({ rag: "red", red: 1 }))).toContain(
      "ICT1, classroom av: red",
    );
  });
  it("says every count aloud", () => {
    const said = cellSaid(
      "Aldermoor",
      "network",
      cell({ rag: "amber", red: 1, amber: 2, green: 3 }),
    );
    expect(said).toContain("Aldermoor, network: amber");
    expect(said).toContain("1 red, 2 amber, 3 green, 0 without evidence");
  });
});

describe("rows worst first", () => {
  it("put no evidence before green, more at risk before less, and nothing at all last", () => {
    const sorted = worstFirst([
      row("green", cell({ rag: "green", green: 9 })),
      row("small red", cell({ rag: "red", red: 1, red_pence: 1 })),
      row("grey", cell({ rag: "grey", grey: 2 })),
      row("big red", cell({ rag: "red", red: 1, red_pence: 900 })),
      row("empty", NONE),
      row("amber", cell({ rag: "amber", amber: 1 })),
    ]);
    expect(sorted.map((one) => one.name)).toEqual([
      "big red",
      "small red",
      "amber",
      "grey",
      "green",
      "empty",
    ]);
  });
});

describe("columns", () => {
  it("leave out a category nobody has, and name it", () => {
    const matrix: Matrix = {
      as_at: 0,
      rule_version: "1.1",
      columns: ["network", "print"],
      rows: [row("a", NONE, { network: cell({ green: 1 }) }), row("b", NONE)],
      total: { overall: NONE, cells: {} },
    };
    expect(usedColumns(matrix)).toEqual({ shown: ["network"], empty: ["print"] });
  });
});
