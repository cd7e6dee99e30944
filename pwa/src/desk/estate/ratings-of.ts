/** Ratings of the rows on a page: each school's dated snapshot, read once. */

import type { Item } from "../../domain/generated/estate";
import type { Rag } from "../../domain/generated/ratings";
import { call } from "../api";
import { useResource } from "../resource";

/** A page may span many schools; past this many the rating is left to the row's own page. */
const SCHOOLS_READ = 8;

export function useRatingsOf(rows: readonly Item[]): ReadonlyMap<string, Rag> | undefined {
  const schools = [...new Set(rows.map((row) => row.school_id))].slice(0, SCHOOLS_READ);
  const key = schools.length === 0 ? null : `ratings of ${schools.join()}`;
  return useResource(key, (signal) => readAll(schools, signal)).data;
}

async function readAll(
  schools: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Rag>> {
  const snapshots = await Promise.all(
    schools.map((id) => call("GET /api/ratings/snapshot", { school_id: id }, signal)),
  );
  return new Map(snapshots.flatMap((one) => one.items.map(([, id, rag]) => [id, rag] as const)));
}
