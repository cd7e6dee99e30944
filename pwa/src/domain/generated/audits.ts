// Written by scripts/api-types.mjs from the server's OpenAPI file. Do not edit.
import type { Condition } from "./estate";

export interface Choice {
  readonly chosen?: Mark | null;
  readonly field: string;
  readonly others: readonly Mark[];
  readonly stands: Mark | null;
  readonly text?: string | null;
}

export interface Close {
  readonly reason?: string | null;
}

export interface Closing {
  readonly at: number;
  readonly devices: number;
  readonly person: string | null;
  readonly reason: string | null;
}

export interface Conflict {
  readonly field: string;
  readonly id: string;
  readonly is_fixed: boolean;
  readonly is_removed: boolean;
  readonly is_text: boolean;
  readonly kind: string;
  readonly others: readonly Side[];
  readonly question: string | null;
  readonly stands: Side | null;
}

export interface Decided {
  readonly code: string | null;
  readonly decided: boolean;
  readonly status: string;
}

export interface Decision {
  readonly outcome: "accepted" | "refused";
  readonly reason?: string;
  readonly school_id?: string | null;
}

export interface Finding {
  readonly answers: unknown;
  readonly author: string | null;
  readonly code: string | null;
  readonly condition: Condition | null;
  readonly count_a: number | null;
  readonly count_b: number | null;
  readonly count_c: number | null;
  readonly count_d: number | null;
  readonly faults: Readonly<Record<string, boolean>> | null;
  readonly id: string;
  readonly note: string | null;
  readonly photos: readonly Photo[];
  readonly resolution: "here" | "belongs_here" | "going_back" | "on_loan" | "later" | "not_ours" | null;
  readonly room_name: string | null;
  readonly seen: boolean | null;
  readonly seen_at: number | null;
  readonly seen_room_id: string | null;
  readonly subject_id: string;
  readonly subject_kind: "asset" | "lot" | "system" | "tag";
  readonly subject_name: string | null;
  readonly visit_id: string;
  readonly visit_name: string;
  readonly void: boolean | null;
}

export interface Findings {
  readonly items: readonly Finding[];
  readonly next: string | null;
}

export interface Held {
  readonly at: number | null;
  readonly changes: number;
  readonly client_id: string;
  readonly code: HeldCode;
  readonly device: string | null;
  readonly is_erased: boolean;
  readonly is_nowhere: boolean;
  readonly mid: number;
  readonly needs_school: boolean;
  readonly person: string | null;
  readonly values: readonly HeldValue[];
}

export type HeldCode = "closed" | "missing_parent" | "moved" | "no_membership" | "server_error" | "unknown_field" | "unknown_kind";

export interface HeldValue {
  readonly field: string;
  readonly is_new: boolean;
  readonly kind: string;
  readonly name: string | null;
  readonly now: unknown;
  readonly now_name: string | null;
  readonly question: string | null;
  readonly subject_name: string | null;
  readonly value: unknown;
}

export interface Manifest {
  readonly bytes: number;
  readonly counts: Readonly<Record<string, number>>;
}

export interface Mark {
  readonly client_id: string;
  readonly mid: number;
}

export interface NewVisit {
  readonly blind?: boolean;
  readonly ends_on: string;
  readonly name: string;
  readonly school_id: string;
  readonly starts_on: string;
  readonly team?: readonly string[];
}

export interface NotSeen {
  readonly count: number | null;
  readonly is_known: boolean;
}

export interface Photo {
  readonly caption: string | null;
  readonly drawing: unknown;
  readonly has_person: boolean | null;
  readonly height: number | null;
  readonly id: string;
  readonly owner_id: string;
  readonly owner_kind: "finding" | "room_walk" | "asset";
  readonly rank: number | null;
  readonly refusal: string | null;
  readonly sha256: string;
  readonly state: "awaiting" | "stored" | "refused";
  readonly taken_at: number;
  readonly width: number | null;
}

export interface Photos {
  readonly items: readonly Photo[];
  readonly next: string | null;
}

export interface Side {
  readonly at: number | null;
  readonly client_id: string;
  readonly device: string | null;
  readonly mid: number;
  readonly name: string | null;
  readonly person: string | null;
  readonly value: unknown;
}

export interface TeamMember {
  readonly id: string;
  readonly name: string;
}

export interface Unsent {
  readonly changes: number;
  readonly device: string;
  readonly last_seen: number;
  readonly person: string | null;
  readonly photos: number;
}

export interface Unsettled {
  readonly conflicts: number;
  readonly devices: readonly Unsent[];
  readonly held: number;
  readonly is_all: boolean;
  readonly items: readonly Waiting[];
}

export interface Visit {
  readonly assets: number;
  readonly blind: boolean;
  readonly bytes: number;
  readonly closing: Closing | null;
  readonly ends_on: string;
  readonly found: number;
  readonly id: string;
  readonly name: string;
  readonly not_seen: NotSeen;
  readonly rooms: number;
  readonly rooms_done: number;
  readonly school_id: string;
  readonly school_name: string;
  readonly starts_on: string;
  readonly state: "planned" | "open" | "closed" | "signed_off";
  readonly team: readonly TeamMember[];
}

export interface VisitItem {
  readonly assets: number;
  readonly blind: boolean;
  readonly bytes: number;
  readonly ends_on: string;
  readonly found: number;
  readonly id: string;
  readonly name: string;
  readonly rooms: number;
  readonly rooms_done: number;
  readonly school_id: string;
  readonly school_name: string;
  readonly starts_on: string;
  readonly state: "planned" | "open" | "closed" | "signed_off";
}

export interface Visits {
  readonly items: readonly VisitItem[];
  readonly next: string | null;
}

export interface Waiting {
  readonly conflict: Conflict | null;
  readonly held: Held | null;
  readonly key: string;
  readonly kind: string | null;
  readonly photos: readonly Photo[];
  readonly room_name: string | null;
  readonly school_id: string | null;
  readonly school_name: string | null;
  readonly since: number;
  readonly subject_id: string | null;
  readonly subject_kind: string | null;
  readonly subject_name: string | null;
  readonly tag: string | null;
  readonly type: "conflict" | "held";
  readonly visit_id: string | null;
  readonly visit_name: string | null;
}

export interface WaitingCount {
  readonly conflicts: number;
  readonly held: number;
}

export interface WaitingList {
  readonly items: readonly Waiting[];
  readonly next: string | null;
}

/** What each route is given and what it answers. */
export interface Routes {
  "POST /api/conflicts/{kind}/{record_id}/choose": { given: { kind: string; record_id: string } & Choice; answer: undefined };
  "GET /api/findings": { given: { after?: string | null; limit?: number | null; visit_id?: string | null; subject_id?: string | null; room_id?: string | null }; answer: Findings };
  "POST /api/held/{client_id}/{mid}/decide": { given: { client_id: string; mid: number } & Decision; answer: Decided };
  "GET /api/photos": { given: { after?: string | null; limit?: number | null; owner_id: string }; answer: Photos };
  "GET /api/photos/{photo_id}/image": { given: { photo_id: string; size?: "thumb" | "full" | null }; answer: undefined };
  "GET /api/visits": { given: { after?: string | null; limit?: number | null }; answer: Visits };
  "POST /api/visits": { given: NewVisit; answer: Visit };
  "GET /api/visits/{visit_id}": { given: { visit_id: string }; answer: Visit };
  "POST /api/visits/{visit_id}/close": { given: { visit_id: string } & Close; answer: Visit };
  "GET /api/visits/{visit_id}/manifest": { given: { visit_id: string }; answer: Manifest };
  "GET /api/visits/{visit_id}/unsettled": { given: { visit_id: string }; answer: Unsettled };
  "GET /api/waiting": { given: { after?: string | null; limit?: number | null; school_id?: string | null; visit_id?: string | null }; answer: WaitingList };
  "GET /api/waiting/count": { given: { after?: string | null; limit?: number | null; school_id?: string | null; visit_id?: string | null }; answer: WaitingCount };
  "GET /api/waiting/{what}/{key}": { given: { what: string; key: string }; answer: Waiting };
}
