// Confirmed rows as the disk keeps them: many to a record, as text; thousands of records are slow to read.
import type { BaseRow, Change, StagedPage } from "../sync/held";

/** The rows of one scope whose ids end alike, one a line. */
export interface Bundle {
  scope: string;
  part: string;
  lines: string;
}

/** What a change does to one bundle: line names → the new row, null for none. */
export interface Patch {
  scope: string;
  part: string;
  rows: Map<string, BaseRow | null>;
}

/** A staged page, its rows as text. Version 2 began with rows as they are in memory. */
export type PackedPage = Omit<StagedPage, "rows"> & { lines?: string; rows?: BaseRow[] };

const CELL = "\t";
const LINE = "\n";
const TORN = /[\t\n]/;

/** Two hex digits, random in every kind of UUID we make: 256 bundles a scope, each well under 64 KB. */
function partOf(id: string): string {
  return id.slice(-2);
}

function lineOf({ kind, id, seq, d, f, v }: BaseRow): string {
  // Canonical JSON has none of these: a row that has would tear the others of its bundle.
  if ([kind, id, f, v].some((cell) => TORN.test(cell))) throw new Error("not a base row");
  return `${kind}${CELL}${id}${CELL}${seq}${CELL}${d}${CELL}${f}${CELL}${v}`;
}

/** The patches of a change, its rows over its deletions, a bundle in one patch. */
export function patchesOf({ baseDelete, basePut }: Change): Patch[] {
  const patches = new Map<string, Patch>();
  const set = (scope: string, kind: string, id: string, row: BaseRow | null): void => {
    const part = partOf(id);
    const at = `${scope} ${part}`;
    let patch = patches.get(at);
    if (!patch) {
      patch = { scope, part, rows: new Map() };
      patches.set(at, patch);
    }
    patch.rows.set(`${kind}${CELL}${id}`, row);
  };
  for (const [scope, kind, id] of baseDelete ?? []) set(scope, kind, id, null);
  for (const row of basePut ?? []) set(row.scope, row.kind, row.id, row);
  return [...patches.values()];
}

/** A bundle after a patch; undefined when nothing is left in it. */
export function patched(
  held: Bundle | undefined,
  { scope, part, rows }: Patch,
): Bundle | undefined {
  const all = new Map<string, string | null>();
  for (const line of held?.lines.split(LINE) ?? []) all.set(nameOf(line), line);
  for (const [name, row] of rows) all.set(name, row && lineOf(row));
  const left = [...all.values()].filter((line) => line !== null);
  return left.length > 0 ? { scope, part, lines: left.join(LINE) } : undefined;
}

function nameOf(line: string): string {
  return line.slice(0, line.indexOf(CELL, line.indexOf(CELL) + 1));
}

export function unpacked(bundles: readonly Pick<Bundle, "scope" | "lines">[]): BaseRow[] {
  const rows: BaseRow[] = [];
  for (const { scope, lines } of bundles) {
    for (const line of lines.split(LINE)) {
      const [kind = "", id = "", seq, d, f = "", v = ""] = line.split(CELL);
      rows.push({ scope, kind, id, seq: Number(seq), f, v, d: Number(d) });
    }
  }
  return rows;
}

export function packedPage({ rows, ...page }: StagedPage): PackedPage {
  return { ...page, lines: rows.map(lineOf).join(LINE) };
}

export function unpackedPage({ lines, rows, ...page }: PackedPage): StagedPage {
  if (rows) return { ...page, rows };
  return { ...page, rows: lines ? unpacked([{ scope: page.scope, lines }]) : [] };
}
