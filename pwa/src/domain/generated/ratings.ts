// Written by scripts/api-types.mjs from the server's OpenAPI file. Do not edit.
import type { Category } from "./estate";

export interface Cell {
  readonly amber: number;
  readonly amber_pence: number;
  readonly green: number;
  readonly green_pence: number;
  readonly grey: number;
  readonly grey_pence: number;
  readonly rag: Rag;
  readonly red: number;
  readonly red_pence: number;
  readonly rule: string;
}

export interface CellDetail {
  readonly as_at: number | null;
  readonly cell: Cell;
  readonly contributors: readonly Contributor[];
  readonly evidence: Evidence;
  readonly rule: Rule;
  readonly to_green: readonly Step[];
}

export interface Contributor {
  readonly name: string;
  readonly rag: Rag;
  readonly reasons: readonly Reason[];
  readonly room_name: string | null;
  readonly subject_id: string;
  readonly subject_kind: Kind;
  readonly tag: string | null;
  readonly value_pence: number;
}

export interface Evidence {
  readonly newest_at: number | null;
  readonly oldest_at: number | null;
}

export type Kind = "asset" | "lot" | "system";

export interface Matrix {
  readonly as_at: number | null;
  readonly columns: readonly Category[];
  readonly rows: readonly MatrixRow[];
  readonly rule_version: string;
  readonly total: Total;
}

export interface MatrixRow {
  readonly cells: Readonly<Record<string, Cell>>;
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly overall: Cell;
}

export type Rag = "red" | "amber" | "green" | "grey";

export interface Rating {
  readonly category: Category;
  readonly critical: boolean;
  readonly critical_service: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly next_flip_on: string | null;
  readonly quantity: number;
  readonly rag: Rag;
  readonly rated_at: number;
  readonly reasons: readonly Reason[];
  readonly room_id: string;
  readonly school_id: string;
  readonly subject_id: string;
  readonly subject_kind: Kind;
  readonly turns_on: string | null;
  readonly turns_to: Rag | null;
  readonly value_pence: number;
  readonly version: string;
}

export interface Reason {
  readonly dimension: string;
  readonly on: string | null;
  readonly rag: Rag;
  readonly words: string;
}

export interface Rule {
  readonly id: string;
  readonly version: string;
  readonly words: string;
}

export interface Snapshot {
  readonly as_at: number | null;
  readonly items: ReadonlyArray<readonly [Kind, string, Rag]>;
}

export interface Step {
  readonly pence: number;
  readonly then_rag: Rag;
  readonly words: string;
}

export interface Total {
  readonly cells: Readonly<Record<string, Cell>>;
  readonly overall: Cell;
}

/** What each route is given and what it answers. */
export interface Routes {
  "GET /api/matrices/cell": { given: { school_id: string; room_id?: string | null; category?: Category | null }; answer: CellDetail };
  "GET /api/matrices/rooms": { given: { school_id: string }; answer: Matrix };
  "GET /api/matrices/schools": { given: { trust_id?: string | null }; answer: Matrix };
  "GET /api/matrices/trusts": { given: Readonly<Record<string, never>>; answer: Matrix };
  "GET /api/ratings": { given: { subject_kind: Kind; subject_id: string }; answer: Rating };
  "GET /api/ratings/snapshot": { given: { school_id: string }; answer: Snapshot };
}
