/** Which fields the desk edits, what was changed, and what each change was based on. */

import type { Asset, Edit, Lot, System } from "../../domain/generated/estate";
import type { Kind } from "../../domain/generated/ratings";

export type Whole = Asset | Lot | System;

export interface Editable {
  readonly name: string;
  readonly type: "text" | "date" | "choice" | "number";
  readonly choices?: string; // prefix of the words of its choices
  readonly options?: readonly string[];
}

const LIFE: readonly Asset["life_state"][] = ["in_use", "spare", "retired", "disposed"];
const ALLOCATION: readonly Asset["allocation"][] = [
  "in_room",
  "code",
  "cart",
  "cupboard",
  "on_loan",
  "lost",
  "stolen",
];

const FIELDS: Readonly<Record<Kind, readonly Editable[]>> = {
  asset: [
    { name: "name", type: "text" },
    { name: "serial", type: "text" },
    { name: "life_state", type: "choice", choices: "life", options: LIFE },
    { name: "allocation", type: "choice", choices: "allocation", options: ALLOCATION },
    { name: "allocated_to", type: "text" },
    { name: "return_on", type: "date" },
    { name: "bought_on", type: "date" },
    { name: "support_end_on", type: "date" },
    { name: "warranty_end_on", type: "date" },
  ],
  lot: [
    { name: "name", type: "text" },
    { name: "quantity", type: "number" },
    { name: "bought_on", type: "date" },
  ],
  system: [
    { name: "name", type: "text" },
    { name: "supplier", type: "text" },
    { name: "support_end_on", type: "date" },
    { name: "contract_end_on", type: "date" },
  ],
};

export type Draft = Readonly<Record<string, string>>;

export function editableFields(kind: Kind): readonly Editable[] {
  return FIELDS[kind];
}

export function draftOf(kind: Kind, subject: Whole): Draft {
  const from: Readonly<Record<string, unknown>> = { ...subject }; // fields by name
  return Object.fromEntries(
    FIELDS[kind].map((field) => [field.name, asText(from[field.name])] as const),
  );
}

/** Only what a person changed, with the version that stood on the screen for each field. */
export function changeOf(kind: Kind, before: Draft, after: Draft, versions: Whole["v"]): Edit {
  const set: Record<string, string | number | null> = {};
  const base: Record<string, Whole["v"][string]> = {};
  for (const field of FIELDS[kind]) {
    const text = (after[field.name] ?? "").trim();
    if (text === (before[field.name] ?? "")) continue;
    set[field.name] = field.type === "number" ? Number(text) : text === "" ? null : text;
    const version = versions[field.name];
    if (version !== undefined) base[field.name] = version;
  }
  return { set, base };
}

/** After a conflict: what I changed stays mine, everything else becomes what stands now. */
export function rebased(before: Draft, mine: Draft, now: Draft): Draft {
  return Object.fromEntries(
    Object.keys(now).map((name) => {
      const touched = mine[name] !== before[name];
      return [name, (touched ? mine[name] : now[name]) ?? ""] as const;
    }),
  );
}

function asText(value: unknown): string {
  return value === null || value === undefined ? "" : String(value);
}
