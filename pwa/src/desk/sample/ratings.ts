/** Matrices and cells counted from the invented trust, by the shape of the real answers. */

import type {
  Cell,
  CellDetail,
  Contributor,
  Matrix,
  MatrixRow,
  Rag,
} from "../../domain/generated/ratings";
import { CATEGORIES } from "../estate/categories";
import { NOW, roomsOf, schools, type Thing, TRUST, things } from "./estate";

const RANK: readonly Rag[] = ["red", "amber", "grey", "green"];

export function cellOf(of: readonly Thing[]): Cell {
  const n = (rag: Rag): number => of.filter((thing) => thing.rag === rag).length;
  const pence = (rag: Rag): number =>
    of.reduce((sum, thing) => sum + (thing.rag === rag ? thing.kit.pence : 0), 0);
  const worth = of.reduce((sum, thing) => sum + thing.kit.pence, 0);
  return {
    rag: colour(n, pence, worth, of.length),
    rule: "red_share",
    red: n("red"),
    amber: n("amber"),
    green: n("green"),
    grey: n("grey"),
    red_pence: pence("red"),
    amber_pence: pence("amber"),
    green_pence: pence("green"),
    grey_pence: pence("grey"),
  };
}

function colour(
  n: (rag: Rag) => number,
  pence: (rag: Rag) => number,
  worth: number,
  count: number,
): Rag {
  if (count === 0) return "grey";
  if (pence("red") >= worth * 0.25) return "red";
  if (pence("red") + pence("amber") >= worth * 0.25) return "amber";
  if (n("grey") > count * 0.15) return "grey";
  return n("red") > count * 0.08 ? "amber" : "green";
}

function rowOf(id: string, name: string, kind: string, of: readonly Thing[]): MatrixRow {
  const cells = CATEGORIES.map(
    (category) => [category, cellOf(of.filter((thing) => thing.category === category))] as const,
  );
  return { id, name, kind, overall: cellOf(of), cells: Object.fromEntries(cells) };
}

function matrixOf(rows: readonly MatrixRow[], of: readonly Thing[]): Matrix {
  const { overall, cells } = rowOf("total", "", "total", of);
  return {
    as_at: NOW,
    rule_version: "1.3",
    columns: [...CATEGORIES],
    rows,
    total: { overall, cells },
  };
}

export function schoolMatrix(trustId: string | null): Matrix {
  const ids = new Set(
    schools.filter((one) => trustId === null || one.trust_id === trustId).map((one) => one.id),
  );
  const own = things.filter((thing) => ids.has(thing.school_id));
  const rows = schools
    .filter((school) => ids.has(school.id))
    .map((school) =>
      rowOf(
        school.id,
        school.name,
        "school",
        own.filter((thing) => thing.school_id === school.id),
      ),
    );
  return matrixOf(rows, own);
}

export function trustMatrix(): Matrix {
  const inTrust = new Set(schools.filter((one) => one.trust_id !== null).map((one) => one.id));
  const own = things.filter((thing) => inTrust.has(thing.school_id));
  return matrixOf([rowOf(TRUST.id, TRUST.name, "trust", own)], own);
}

export function roomMatrix(schoolId: string): Matrix {
  const own = things.filter((thing) => thing.school_id === schoolId);
  const rows = (roomsOf.get(schoolId) ?? []).map((room) =>
    rowOf(
      room.id,
      room.name,
      "room",
      own.filter((thing) => thing.room_id === room.id),
    ),
  );
  return matrixOf(rows, own);
}

export function cellAnswer(query: URLSearchParams): CellDetail {
  const fits = (name: string, value: string): boolean => {
    const wanted = query.get(name);
    return wanted === null || wanted === value;
  };
  const own = things.filter(
    (thing) =>
      fits("school_id", thing.school_id) &&
      fits("room_id", thing.room_id) &&
      fits("category", thing.category),
  );
  const worst = [...own].sort(
    (a, b) => RANK.indexOf(a.rag) - RANK.indexOf(b.rag) || b.kit.pence - a.kit.pence,
  );
  const reds = own.filter((thing) => thing.rag === "red");
  const ambers = own.filter((thing) => thing.rag === "amber");
  const cost = (of: readonly Thing[]): number => of.reduce((sum, one) => sum + one.kit.pence, 0);
  return {
    cell: cellOf(own),
    rule: {
      id: "red_share",
      version: "1.3",
      words: "Red items are 25% or more of the replacement value.",
    },
    as_at: NOW,
    contributors: worst.slice(0, 50).map(contributor),
    to_green: [
      { words: `Replace ${reds.length} red items`, pence: cost(reds), then_rag: "amber" as const },
      {
        words: `Replace ${ambers.length} amber items`,
        pence: cost(ambers),
        then_rag: "green" as const,
      },
    ].filter((step) => step.pence > 0),
    evidence: { oldest_at: NOW - 400 * 86_400_000, newest_at: NOW - 2 * 86_400_000 },
  };
}

function contributor(thing: Thing): Contributor {
  return {
    subject_kind: "asset",
    subject_id: thing.id,
    name: thing.type_name,
    tag: thing.tag,
    room_name: thing.room_name,
    rag: thing.rag,
    reasons: thing.reasons,
    value_pence: thing.kit.pence,
  };
}
