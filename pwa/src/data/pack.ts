// Confirmed rows as the disk keeps them: many to a record, as text; thousands of records are slow to read.
import type { BaseRow, Change } from "../sync/held";

/** The rows of one scope whose ids end alike, one a line. */
export interface Bundle {
  scope: string;
  part: string;
  lines: string;
}

/** What a change does to one bundle: line names → the new line, null for none. */
export interface Patch {
  scope: string;
  part: string;
  lines: Map<string, string | null>;
}

const CELL = "\t";
const LINE = "\n";
const CELLS = 6;

/** Two hex digits, random in every kind of UUID we make: 256 bundles a scope, each well under 64 KB. */
function partOf(id: string): string {
  return id.slice(-2);
}

function lineOf({ kind, id, seq, d, f, v }: BaseRow): string {
  const cells = [kind, id, String(seq), String(d), f, v];
  const line = cells.join(CELL);
  // Canonical JSON has neither: a row that has would tear the others of its bundle.
  if (line.includes(LINE) || line.split(CELL).length !== CELLS) throw new Error("not a base row");
  return line;
}

/** The patches of a change, its rows over its deletions, a bundle in one patch. */
export function patchesOf({ baseDelete, basePut }: Change): Patch[] {
  const patches = new Map<string, Patch>();
  const set = (scope: string, kind: string, id: string, line: string | null): void => {
    const part = partOf(id);
    const at = `${scope} ${part}`;
    const patch = patches.get(at) ?? { scope, part, lines: new Map() };
    patches.set(at, patch);
    patch.lines.set(`${kind}${CELL}${id}`, line);
  };
  for (const [scope, kind, id] of baseDelete ?? []) set(scope, kind, id, null);
  for (const row of basePut ?? []) set(row.scope, row.kind, row.id, lineOf(row));
  return [...patches.values()];
}

/** A bundle after a patch; undefined when nothing is left in it. */
export function patched(
  held: Bundle | undefined,
  { scope, part, lines }: Patch,
): Bundle | undefined {
  const all = new Map<string, string | null>();
  for (const line of held?.lines.split(LINE) ?? []) all.set(nameOf(line), line);
  for (const [name, line] of lines) all.set(name, line);
  const left = [...all.values()].filter((line) => line !== null);
  return left.length > 0 ? { scope, part, lines: left.join(LINE) } : undefined;
}

function nameOf(line: string): string {
  return line.slice(0, line.indexOf(CELL, line.indexOf(CELL) + 1));
}

export function unpacked(bundles: readonly Bundle[]): BaseRow[] {
  const rows: BaseRow[] = [];
  for (const { scope, lines } of bundles) {
    for (const line of lines.split(LINE)) {
      const [kind = "", id = "", seq, d, f = "", v = ""] = line.split(CELL);
      rows.push({ scope, kind, id, seq: Number(seq), f, v, d: Number(d) });
    }
  }
  return rows;
}
