// Items as the server sends them, read into rows of the base; and the digest that both sides compare.
import type { Value } from "../data/types";
import { canonical } from "./canonical";
import { sha256 } from "./hash";
import type { BaseRow, StagedPage, Versions } from "./held";

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
export async function digestOf({ kind, id, seq, f, v }: Omit<BaseRow, "d">): Promise<number> {
  const text = `["${kind}","${id}",${seq},${f},${v}]`;
  const hash = await sha256(new TextEncoder().encode(text));
  return hash.slice(0, 6).reduce((sum, byte) => sum * 256 + byte, 0);
}

export async function rowOf(scope: string, item: LiveItem): Promise<BaseRow> {
  const f = canonical(item.f);
  const v = canonical(item.v as unknown as Value);
  const row = { scope, kind: item.k, id: item.id, seq: item.seq, f, v };
  return { ...row, d: await digestOf(row) };
}

export function valuesOf(row: BaseRow): Record<string, Value> {
  return JSON.parse(row.f) as Record<string, Value>;
}

export function versionsOf(row: BaseRow): Versions {
  return JSON.parse(row.v) as Versions;
}

/** Read the items of one scope into a page. A record sent twice keeps its last state. */
export async function pageOf(scope: string, items: readonly Item[]): Promise<StagedPage> {
  const last = new Map(items.map((item) => [`${item.k} ${item.id}`, item]));
  const rows: BaseRow[] = [];
  const gone: [string, string][] = [];
  for (const item of last.values()) {
    if (isGone(item) || item.f.deleted === true) gone.push([item.k, item.id]);
    else rows.push(await rowOf(scope, item));
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
