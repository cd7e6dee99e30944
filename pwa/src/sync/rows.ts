// Items as the server sends them, read into rows of the base; and the digest that both sides compare.
import type { Value } from "../data/types";
import { canonical } from "./canonical";
import type { BaseRow, StagedPage, Versions } from "./held";
import type { Pause } from "./pause";
import { sha256First48 } from "./sha256";

export interface LiveItem {
  k: string;
  id: string;
  seq: number;
  f: Record<string, Value>;
  v: Versions;
}
export interface GoneItem {
  k: string;
  id: string;
  seq: number;
  gone: "deleted" | "moved";
  v: Versions;
}
export type Item = LiveItem | GoneItem;

export const DIGEST_MOD = 2 ** 48;

export function isGone(item: Item): item is GoneItem {
  return "gone" in item;
}

/** The 48 bits that one live row adds to its scope's digest. */
export function digestOf({ kind, id, seq, f, v }: Omit<BaseRow, "d">): number {
  return sha256First48(`["${kind}","${id}",${seq},${f},${v}]`);
}

export function rowOf(scope: string, item: LiveItem): BaseRow {
  const f = canonical(item.f);
  const v = canonical(item.v as unknown as Value);
  const row = { scope, kind: item.k, id: item.id, seq: item.seq, f, v, d: 0 };
  row.d = digestOf(row);
  return row;
}

const read = new WeakMap<BaseRow, Readonly<Record<string, Value>>>();

/** Read the values of a row that a screen will ask for, before it does: thousands take their time. */
export function readAhead(row: BaseRow): void {
  read.set(row, valuesOf(row));
}

export function valuesOf(row: BaseRow): Readonly<Record<string, Value>> {
  return read.get(row) ?? (JSON.parse(row.f) as Record<string, Value>);
}

export function versionsOf(row: BaseRow): Versions {
  return JSON.parse(row.v) as Versions;
}

/** Read the items of one scope into a page. A record sent twice keeps its last state. */
export async function pageOf(
  scope: string,
  items: readonly Item[],
  pause: Pause,
): Promise<StagedPage> {
  const last = new Map(items.map((item) => [`${item.k} ${item.id}`, item]));
  const rows: BaseRow[] = [];
  const gone: [string, string][] = [];
  for (const item of last.values()) {
    const wait = pause();
    if (wait) await wait;
    if (isGone(item) || item.f.deleted === true) gone.push([item.k, item.id]);
    else rows.push(rowOf(scope, item));
  }
  return { scope, rows, gone };
}

/** Count and sum over the live rows of one scope. */
export function digestSum(rows: Iterable<Pick<BaseRow, "d">>): { n: number; sum: number } {
  let n = 0;
  let sum = 0;
  for (const row of rows) {
    n += 1;
    sum = (sum + row.d) % DIGEST_MOD;
  }
  return { n, sum };
}
