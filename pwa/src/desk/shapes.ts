/** What the server answers, as the desk reads it. Times are UTC ms, dates ISO days, money pence. */

export type Rag = "red" | "amber" | "green" | "grey";
export type SubjectKind = "asset" | "lot" | "system" | "tag";
export type Grade = "A" | "B" | "C" | "D";

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export interface Session {
  readonly user: { readonly id: string; readonly name: string; readonly email: string };
  readonly organisation: { readonly id: string; readonly name: string; readonly kind: string };
  readonly roles: readonly string[];
  readonly organisations: readonly { readonly id: string; readonly name: string }[];
  readonly schools: readonly SchoolRef[];
}

export interface SchoolRef {
  readonly id: string;
  readonly name: string;
  readonly trust_id: string | null;
}

export interface School extends SchoolRef {
  readonly urn: string | null;
  readonly trust_name: string | null;
  readonly phase: string | null;
  readonly pupils: number | null;
  readonly rooms: number;
  readonly assets: number;
}

export interface Room {
  readonly id: string;
  readonly name: string;
  readonly building_id: string | null;
  readonly building: string | null;
  readonly floor: string | null;
  readonly room_type: string | null;
  readonly builtin: string | null;
  readonly assets: number;
}

export interface Cell {
  readonly rag: Rag;
  readonly rule: string | null;
  readonly red: number;
  readonly amber: number;
  readonly green: number;
  readonly grey: number;
  readonly red_pence: number;
  readonly amber_pence: number;
  readonly green_pence: number;
  readonly grey_pence: number;
}

export interface MatrixRow {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly overall: Cell;
  readonly cells: Readonly<Record<string, Cell | undefined>>;
}

export interface Matrix {
  readonly as_at: number | null;
  readonly rule_version: string;
  readonly columns: readonly string[];
  readonly rows: readonly MatrixRow[];
  readonly total: {
    readonly overall: Cell;
    readonly cells: Readonly<Record<string, Cell | undefined>>;
  };
}

export interface Reason {
  readonly dimension: string;
  readonly rag: Rag;
  readonly words: string;
  readonly on: string | null;
}

export interface Contributor {
  readonly subject_kind: SubjectKind;
  readonly subject_id: string;
  readonly name: string;
  readonly tag: string | null;
  readonly room_name: string | null;
  readonly rag: Rag;
  readonly reasons: readonly Reason[];
  readonly value_pence: number;
}

export interface CellAnswer {
  readonly cell: Cell;
  readonly rule: { readonly id: string; readonly version: string; readonly words: string };
  readonly as_at: number | null;
  readonly contributors: readonly Contributor[];
  readonly to_green: readonly {
    readonly words: string;
    readonly pence: number;
    readonly then_rag: Rag;
  }[];
  readonly evidence: { readonly oldest_at: number | null; readonly newest_at: number | null };
}

export interface Rating {
  readonly subject_kind: SubjectKind;
  readonly subject_id: string;
  readonly rag: Rag;
  readonly reasons: readonly Reason[];
  readonly version: string;
  readonly rated_at: number;
  readonly turns_on: string | null;
  readonly turns_to: Rag | null;
  readonly value_pence: number;
}

export interface AssetRow {
  readonly id: string;
  readonly name: string | null;
  readonly asset_type_id: string;
  readonly type_name: string;
  readonly category: string;
  readonly product: string | null;
  readonly school_id: string;
  readonly school_name: string;
  readonly room_id: string;
  readonly room_name: string;
  readonly tag: string | null;
  readonly serial: string | null;
  readonly condition: Grade | null;
  readonly life_state: string;
  readonly allocation: string;
  readonly bought_on: string | null;
  readonly quantity: number;
}

export type Version = readonly [client: string, mid: number];
export type FieldValue = string | number | boolean | null;

/** One asset, lot or system with all its wire fields; `v` is what each field was last written by. */
export interface Subject extends AssetRow {
  readonly tags?: readonly string[];
  readonly v: Readonly<Record<string, Version>>;
  readonly supplier?: string | null;
  readonly support_end_on?: string | null;
  readonly warranty_end_on?: string | null;
  readonly contract_end_on?: string | null;
  readonly os?: string | null;
  readonly os_version?: string | null;
  readonly allocated_to?: string | null;
  readonly return_on?: string | null;
  readonly ram_gb?: number | null;
  readonly managed?: boolean | null;
  readonly encrypted?: boolean | null;
}

export interface Photo {
  readonly id: string;
  readonly caption: string | null;
  readonly taken_at: number;
  readonly state: "awaiting" | "stored" | "refused";
}

export interface Finding {
  readonly id: string;
  readonly visit_id: string;
  readonly visit_name: string;
  readonly subject_kind: SubjectKind;
  readonly subject_id: string;
  readonly code: string | null;
  readonly seen: boolean | null;
  readonly seen_at: number | null;
  readonly seen_room_id: string | null;
  readonly resolution: string | null;
  readonly condition: Grade | null;
  readonly count_a: number | null;
  readonly count_b: number | null;
  readonly count_c: number | null;
  readonly count_d: number | null;
  readonly faults: Readonly<Record<string, boolean>> | null;
  readonly note: string | null;
  readonly void: boolean | null;
  readonly author: string | null;
  readonly photos: readonly Photo[];
  readonly subject_name: string | null;
  readonly room_name: string | null;
}

export interface Visit {
  readonly id: string;
  readonly name: string;
  readonly school_id: string;
  readonly school_name: string;
  readonly starts_on: string;
  readonly ends_on: string;
  readonly state: "planned" | "open" | "closed" | "signed_off";
  readonly rooms: number;
  readonly rooms_done: number;
  readonly assets: number;
  readonly found: number;
  readonly bytes: number;
  readonly blind: boolean;
  readonly team?: readonly { readonly id: string; readonly name: string }[];
  /** Not known while tablets of the team may still hold work. */
  readonly not_seen?: { readonly is_known: boolean; readonly count: number | null };
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email?: string;
  readonly roles: readonly string[];
}

export interface Job {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly done: number;
  readonly total: number;
  readonly message: string | null;
  readonly result: unknown;
  readonly problem: unknown;
}
