// Written by scripts/api-types.mjs from the server's OpenAPI file. Do not edit.

export interface Asset {
  readonly allocated_to?: string | null;
  readonly allocation: "in_room" | "code" | "cart" | "cupboard" | "on_loan" | "lost" | "stolen";
  readonly asset_type_id: string;
  readonly bought_on: string | null;
  readonly can_upgrade?: boolean | null;
  readonly category: Category;
  readonly condition: Condition | null;
  readonly condition_at?: number | null;
  readonly cpu?: string | null;
  readonly encrypted?: boolean | null;
  readonly esu_enrolled?: boolean | null;
  readonly id: string;
  readonly kind: "asset";
  readonly life_state: "in_use" | "spare" | "retired" | "disposed";
  readonly mac?: string | null;
  readonly managed?: boolean | null;
  readonly mdm_id?: string | null;
  readonly merged_into?: string | null;
  readonly name: string | null;
  readonly os?: string | null;
  readonly os_edition?: "E" | "W" | null;
  readonly os_version?: string | null;
  readonly pat_due_on?: string | null;
  readonly product: string | null;
  readonly product_id?: string | null;
  readonly quantity: number;
  readonly ram_gb?: number | null;
  readonly return_on?: string | null;
  readonly room_id: string;
  readonly room_name: string;
  readonly school_id: string;
  readonly school_name: string;
  readonly serial: string | null;
  readonly set_id?: string | null;
  readonly storage_gb?: number | null;
  readonly support_end_on?: string | null;
  readonly tag: string | null;
  readonly tags: readonly string[];
  readonly type_name: string;
  readonly v: Readonly<Record<string, readonly [string, number]>>;
  readonly warranty_end_on?: string | null;
  readonly wifi_generation?: number | null;
}

export interface Batch {
  readonly batch_id: string;
  readonly count: number;
}

export type Category = "user_devices" | "classroom_av" | "print" | "servers_storage" | "network" | "power" | "telephony" | "safety_access" | "connectivity" | "software_licences" | "systems";

export type Condition = "A" | "B" | "C" | "D";

export interface Edit {
  readonly base?: Readonly<Record<string, readonly [string, number]>>;
  readonly set: Readonly<Record<string, unknown>>;
}

export interface Item {
  readonly allocation: "in_room" | "code" | "cart" | "cupboard" | "on_loan" | "lost" | "stolen";
  readonly asset_type_id: string;
  readonly bought_on: string | null;
  readonly category: Category;
  readonly condition: Condition | null;
  readonly id: string;
  readonly life_state: "in_use" | "spare" | "retired" | "disposed";
  readonly name: string | null;
  readonly product: string | null;
  readonly quantity: number;
  readonly room_id: string;
  readonly room_name: string;
  readonly school_id: string;
  readonly school_name: string;
  readonly serial: string | null;
  readonly tag: string | null;
  readonly type_name: string;
}

export interface Items {
  readonly items: readonly Item[];
  readonly next: string | null;
}

export interface Lot {
  readonly allocation: "in_room" | "code" | "cart" | "cupboard" | "on_loan" | "lost" | "stolen";
  readonly asset_type_id: string;
  readonly bought_on: string | null;
  readonly category: Category;
  readonly condition: Condition | null;
  readonly condition_at?: number | null;
  readonly id: string;
  readonly kind: "lot";
  readonly life_state: "in_use" | "spare" | "retired" | "disposed";
  readonly name: string | null;
  readonly product: string | null;
  readonly quantity: number;
  readonly room_id: string;
  readonly room_name: string;
  readonly school_id: string;
  readonly school_name: string;
  readonly serial: string | null;
  readonly tag: string | null;
  readonly type_name: string;
  readonly v: Readonly<Record<string, readonly [string, number]>>;
}

export interface NewLabels {
  readonly count: number;
  readonly school_id?: string | null;
}

export interface Room {
  readonly assets: number;
  readonly building: string | null;
  readonly building_id: string | null;
  readonly builtin: "whole_school" | "unplaced" | null;
  readonly floor: string | null;
  readonly id: string;
  readonly name: string;
  readonly room_type: string | null;
}

export interface Rooms {
  readonly items: readonly Room[];
  readonly next: string | null;
}

export interface School {
  readonly assets: number;
  readonly id: string;
  readonly name: string;
  readonly phase: string | null;
  readonly pupils: number | null;
  readonly rooms: number;
  readonly trust_id: string | null;
  readonly trust_name: string | null;
  readonly urn: string | null;
}

export interface Schools {
  readonly items: readonly School[];
  readonly next: string | null;
}

export interface System {
  readonly allocation: "in_room" | "code" | "cart" | "cupboard" | "on_loan" | "lost" | "stolen";
  readonly asset_type_id: string;
  readonly bought_on: string | null;
  readonly category: Category;
  readonly condition: Condition | null;
  readonly condition_at?: number | null;
  readonly contract_end_on?: string | null;
  readonly encrypted?: boolean | null;
  readonly group_id?: string | null;
  readonly id: string;
  readonly kind: "system";
  readonly life_state: "in_use" | "spare" | "retired" | "disposed";
  readonly managed?: boolean | null;
  readonly name: string | null;
  readonly product: string | null;
  readonly quantity: number;
  readonly room_id: string;
  readonly room_name: string;
  readonly school_id: string;
  readonly school_name: string;
  readonly serial: string | null;
  readonly started_on?: string | null;
  readonly supplier?: string | null;
  readonly support_end_on?: string | null;
  readonly tag: string | null;
  readonly type_name: string;
  readonly v: Readonly<Record<string, readonly [string, number]>>;
}

export interface TagIndex {
  readonly as_at: number;
  readonly codes: ReadonlyArray<readonly [string, string | null]>;
}

export interface Trust {
  readonly id: string;
  readonly name: string;
  readonly schools: number;
}

export interface Trusts {
  readonly items: readonly Trust[];
  readonly next: string | null;
}

/** What each route is given and what it answers. */
export interface Routes {
  "GET /api/assets": { given: { after?: string | null; limit?: number | null; school_id?: string | null; room_id?: string | null; category?: Category | null; q?: string | null }; answer: Items };
  "GET /api/assets/{subject_id}": { given: { subject_id: string }; answer: Asset };
  "PATCH /api/assets/{subject_id}": { given: { subject_id: string } & Edit; answer: Asset };
  "POST /api/labels": { given: NewLabels; answer: Batch };
  "GET /api/labels/{batch_id}.pdf": { given: { batch_id: string }; answer: undefined };
  "GET /api/lots": { given: { after?: string | null; limit?: number | null; school_id?: string | null; room_id?: string | null; category?: Category | null; q?: string | null }; answer: Items };
  "GET /api/lots/{subject_id}": { given: { subject_id: string }; answer: Lot };
  "PATCH /api/lots/{subject_id}": { given: { subject_id: string } & Edit; answer: Lot };
  "GET /api/schools": { given: { after?: string | null; limit?: number | null }; answer: Schools };
  "GET /api/schools/{school_id}/rooms": { given: { school_id: string; after?: string | null; limit?: number | null }; answer: Rooms };
  "GET /api/systems": { given: { after?: string | null; limit?: number | null; school_id?: string | null; room_id?: string | null; category?: Category | null; q?: string | null }; answer: Items };
  "GET /api/systems/{subject_id}": { given: { subject_id: string }; answer: System };
  "PATCH /api/systems/{subject_id}": { given: { subject_id: string } & Edit; answer: System };
  "GET /api/tag-index": { given: Readonly<Record<string, never>>; answer: TagIndex };
  "GET /api/trusts": { given: Readonly<Record<string, never>>; answer: Trusts };
}
