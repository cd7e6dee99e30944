/** Plans as the server answers them. Year 1 to plan.years are the plan, later years the overhang. */
import type { Rag, SubjectKind } from "../shapes";

export interface Plan {
  readonly id: string;
  readonly name: string;
  readonly trust_id: string | null;
  readonly school_id: string | null;
  readonly starts_on: string;
  readonly years: number;
  readonly uplift: number;
  readonly state: "new" | "solving" | "ready" | "failed";
  readonly made_at: number;
  readonly solved_at: number | null;
}

export interface PlanYear {
  readonly year: number;
  readonly label: string;
  /** False for what falls due after the plan: shown, not funded. */
  readonly is_planned: boolean;
  readonly limit_pence: number | null;
  readonly total_pence: number;
  readonly must_pence: number;
  readonly left_pence: number | null;
  readonly lines: number;
}

export interface Limit {
  readonly school_id: string;
  readonly year: number;
  readonly pence: number;
}

export interface PlanSchool {
  readonly id: string;
  readonly name: string;
  readonly total_pence: number;
  readonly years: readonly {
    readonly year: number;
    readonly total_pence: number;
    readonly limit_pence: number | null;
  }[];
}

/** A must-do that no year can pay for, said in words. */
export interface Shortfall {
  readonly school_id: string;
  readonly year: number;
  readonly label: string;
  readonly pence: number;
  readonly words: string;
}

export interface PlanAnswer {
  readonly plan: Plan;
  readonly years: readonly PlanYear[];
  readonly schools: readonly PlanSchool[];
  readonly risk: { readonly before: number; readonly after: number };
  readonly short: readonly Shortfall[];
  readonly gaps: {
    readonly count: number;
    readonly low_pence: number;
    readonly high_pence: number;
  };
}

export interface PlanLine {
  readonly id: string;
  readonly year: number;
  readonly label: string;
  readonly school_id: string;
  readonly school_name: string;
  readonly category: string;
  readonly asset_type_id: string;
  readonly type_name: string;
  readonly quantity: number;
  readonly unit_pence: number;
  readonly total_pence: number;
  readonly must_do: boolean;
  readonly reason: unknown;
  readonly words: string;
  readonly due_by_age_on: string | null;
  readonly due_on: string | null;
  readonly finance_line: string;
}

export interface PlanSubject {
  readonly subject_kind: SubjectKind;
  readonly subject_id: string;
  readonly name: string;
  readonly tag: string | null;
  readonly room_name: string | null;
  readonly rag: Rag | null;
}

export interface PlanGap {
  readonly subject_kind: SubjectKind;
  readonly subject_id: string;
  readonly name: string;
  readonly tag: string | null;
  readonly school_id: string;
  readonly school_name: string;
  readonly category: string;
  readonly quantity: number;
  readonly why: string;
  readonly words: string;
  readonly low_pence: number;
  readonly high_pence: number;
}
