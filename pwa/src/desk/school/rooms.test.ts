import { describe, expect, it } from "vitest";
import type { Room } from "../../domain/generated/estate";
import type { Matrix, MatrixRow } from "../../domain/generated/ratings";
import { NONE } from "../matrix/model";
import { byBuilding } from "./rooms";

const row = (id: string, rag: "red" | "green"): MatrixRow => ({
  id,
  name: id,
  kind: "room",
  overall: { ...NONE, rag },
  cells: {},
});
const room = (id: string, building: string | null): Room => ({
  id,
  name: id,
  building_id: building,
  building,
  floor: null,
  room_type: null,
  builtin: building === null ? "unplaced" : null,
  assets: 1,
});
const matrix = (rows: MatrixRow[]): Matrix => ({
  as_at: 1,
  rule_version: "1.1",
  columns: [],
  rows,
  total: { overall: NONE, cells: {} },
});

describe("rooms by building", () => {
  it("stand worst first within each building, and a room outside any building is not dropped", () => {
    const groups = byBuilding(
      matrix([row("a1", "green"), row("a2", "red"), row("store", "red"), row("b1", "green")]),
      [room("a1", "A block"), room("a2", "A block"), room("b1", "B block"), room("store", null)],
    );
    expect(groups.map((group) => group.rows.map((one) => one.id))).toEqual([
      ["a2", "a1"],
      ["b1"],
      ["store"],
    ]);
  });
  it("keep a rated room that the room list does not know", () => {
    const groups = byBuilding(matrix([row("new", "red")]), []);
    expect(groups).toHaveLength(1);
    expect(groups[0]?.heading).toBeNull();
  });
});
