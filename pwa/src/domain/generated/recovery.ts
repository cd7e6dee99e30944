// Written by scripts/api-types.mjs from the server's OpenAPI file. Do not edit.

export interface Awaited {
  readonly changes: number | null;
  readonly device: string;
  readonly last_seen: number;
  readonly person: string | null;
  readonly state: AwaitedState;
}

export interface AwaitedList {
  readonly items: readonly Awaited[];
  readonly next: string | null;
}

export type AwaitedState = "silent" | "offering";

export interface Lost {
  readonly id: string;
  readonly is_there: boolean;
  readonly kind: string;
  readonly room_name: string | null;
  readonly school_id: string | null;
  readonly school_name: string | null;
  readonly since: number;
  readonly subject_id: string;
  readonly subject_kind: string;
  readonly subject_name: string | null;
  readonly tag: string | null;
  readonly until: number;
  readonly values: readonly LostValue[];
  readonly visit_id: string | null;
  readonly visit_name: string | null;
}

export interface LostAnswer {
  readonly outcome: "applied" | "ignored";
  readonly picked?: readonly Picked[];
  readonly reason?: string;
  readonly until: number;
}

export interface LostCount {
  readonly devices: number;
  readonly records: number;
  readonly restored_at: number | null;
}

export interface LostList {
  readonly items: readonly Lost[];
  readonly next: string | null;
}

export interface LostSettled {
  readonly conflicts: number;
  readonly status: "applied" | "merged" | "ignored";
}

export interface LostValue {
  readonly at: number | null;
  readonly client_id: string;
  readonly device: string | null;
  readonly field: string;
  readonly mid: number;
  readonly name: string | null;
  readonly now: unknown;
  readonly now_name: string | null;
  readonly person: string | null;
  readonly question: string | null;
  readonly shown_by: string | null;
  readonly shown_on: string | null;
  readonly value: unknown;
}

export interface Picked {
  readonly client_id: string;
  readonly field: string;
  readonly mid: number;
}

/** What each route is given and what it answers. */
export interface Routes {
  "GET /api/lost": { given: { after?: string | null; limit?: number | null }; answer: LostList };
  "GET /api/lost/awaited": { given: { after?: string | null; limit?: number | null }; answer: AwaitedList };
  "GET /api/lost/count": { given: Readonly<Record<string, never>>; answer: LostCount };
  "POST /api/lost/{kind}/{record_id}/settle": { given: { kind: string; record_id: string } & LostAnswer; answer: LostSettled };
}
