// Written by scripts/api-types.mjs from the server's OpenAPI file. Do not edit.
import type { Category } from "./estate";
import type { Kind, Rag } from "./ratings";

export interface Gap {
  readonly category: Category;
  readonly high_pence: number;
  readonly low_pence: number;
  readonly name: string;
  readonly quantity: number;
  readonly school_id: string;
  readonly school_name: string;
  readonly subject_id: string;
  readonly subject_kind: Kind;
  readonly tag: string | null;
  readonly why: string;
  readonly words: string;
}

export interface GapList {
  readonly items: readonly Gap[];
  readonly next: string | null;
}

export interface GapSum {
  readonly count: number;
  readonly high_pence: number;
  readonly low_pence: number;
}

export interface Limit {
  readonly pence: number;
  readonly school_id: string;
  readonly year: number;
}

export interface Line {
  readonly asset_type_id: string;
  readonly benefit: number;
  readonly category: Category;
  readonly due_by_age_on: string | null;
  readonly due_on: string | null;
  readonly finance_line: string;
  readonly id: string;
  readonly label: string;
  readonly must_do: boolean;
  readonly quantity: number;
  readonly reason: Readonly<Record<string, unknown>>;
  readonly school_id: string;
  readonly school_name: string;
  readonly total_pence: number;
  readonly type_name: string;
  readonly unit_pence: number;
  readonly words: string;
  readonly year: number;
}

export interface LineList {
  readonly items: readonly Line[];
  readonly next: string | null;
}

export interface NewPlan {
  readonly limits?: readonly Limit[];
  readonly name: string;
  readonly school_id?: string;
  readonly starts_on: string;
  readonly trust_id?: string;
  readonly uplift?: number;
  readonly years: 3 | 4 | 5;
}

export interface Plan {
  readonly id: string;
  readonly inputs_sha256: string | null;
  readonly made_at: number;
  readonly name: string;
  readonly school_id: string | null;
  readonly solved_at: number | null;
  readonly starts_on: string;
  readonly state: "new" | "solving" | "ready" | "failed";
  readonly trust_id: string | null;
  readonly uplift: number;
  readonly years: 3 | 4 | 5;
}

export interface PlanChange {
  readonly limits?: readonly Limit[];
  readonly name?: string;
  readonly uplift?: number;
  readonly years?: 3 | 4 | 5;
}

export interface PlanDetail {
  readonly gaps: GapSum;
  readonly plan: Plan;
  readonly risk: Risk;
  readonly schools: readonly PlanSchool[];
  readonly short: readonly Short[];
  readonly years: readonly Year[];
}

export interface PlanList {
  readonly items: readonly Plan[];
  readonly next: string | null;
}

export interface PlanSchool {
  readonly id: string;
  readonly name: string;
  readonly total_pence: number;
  readonly years: readonly SchoolYear[];
}

export interface Risk {
  readonly after: number;
  readonly before: number;
}

export interface SchoolYear {
  readonly limit_pence: number | null;
  readonly total_pence: number;
  readonly year: number;
}

export interface Short {
  readonly label: string;
  readonly pence: number;
  readonly school_id: string;
  readonly words: string;
  readonly year: number;
}

export interface Started {
  readonly id: string;
  readonly job_id: string;
}

export interface Subject {
  readonly name: string;
  readonly quantity: number;
  readonly rag: Rag | null;
  readonly room_name: string | null;
  readonly subject_id: string;
  readonly subject_kind: Kind;
  readonly tag: string | null;
}

export interface SubjectList {
  readonly items: readonly Subject[];
  readonly next: string | null;
}

export interface Year {
  readonly is_planned: boolean;
  readonly label: string;
  readonly left_pence: number | null;
  readonly limit_pence: number | null;
  readonly lines: number;
  readonly must_pence: number;
  readonly total_pence: number;
  readonly year: number;
}

/** What each route is given and what it answers. */
export interface Routes {
  "GET /api/plan-lines/{line_id}/subjects": { given: { line_id: string }; answer: SubjectList };
  "GET /api/plans": { given: Readonly<Record<string, never>>; answer: PlanList };
  "POST /api/plans": { given: NewPlan; answer: Started };
  "GET /api/plans/{plan_id}": { given: { plan_id: string }; answer: PlanDetail };
  "PATCH /api/plans/{plan_id}": { given: { plan_id: string } & PlanChange; answer: PlanDetail };
  "DELETE /api/plans/{plan_id}": { given: { plan_id: string }; answer: undefined };
  "GET /api/plans/{plan_id}/gaps": { given: { plan_id: string; after?: string | null }; answer: GapList };
  "GET /api/plans/{plan_id}/lines": { given: { plan_id: string; school_id?: string | null; year?: number | null; after?: string | null }; answer: LineList };
  "POST /api/plans/{plan_id}/solve": { given: { plan_id: string }; answer: Started };
}
