// Cuts the outbox into pushes: at most 500 ops and 1 MiB, a group never split.
import type { OutboxRow } from "./held";
import { type Mutants, NO_MUTANTS } from "./mutants";
import { readOp, sizeOf } from "./op";

export interface Limits {
  ops: number;
  bytes: number;
}
export const LIMITS: Limits = { ops: 500, bytes: 1024 * 1024 };

/** Rows that must travel together: one op, or all of one group. */
export function groupsOf(outbox: readonly OutboxRow[]): OutboxRow[][] {
  const groups: OutboxRow[][] = [];
  let open: string | undefined;
  for (const row of outbox) {
    const txn = row.line.includes('"txn":') ? readOp(row.line).txn?.id : undefined;
    const last = groups.at(-1);
    if (last && txn !== undefined && txn === open) last.push(row);
    else groups.push([row]);
    open = txn;
  }
  return groups;
}

/** The first batch of the outbox. A group larger than the limits travels alone. */
export function nextBatch(
  outbox: readonly OutboxRow[],
  limits: Limits = LIMITS,
  mutants: Mutants = NO_MUTANTS,
): OutboxRow[] {
  const near = outbox.slice(0, limits.ops);
  // Only the group at the edge may reach beyond the slice.
  const window = mutants.has("group_split") ? near : outbox.slice(0, limits.ops * 2);
  const parts = mutants.has("group_split") ? near.map((row) => [row]) : groupsOf(window);
  const batch: OutboxRow[] = [];
  let bytes = 0;
  for (const part of parts) {
    const more = part.reduce((sum, row) => sum + sizeOf(row.line) + 1, 0);
    const full = batch.length + part.length > limits.ops || bytes + more > limits.bytes;
    if (batch.length > 0 && full) break;
    batch.push(...part);
    bytes += more;
    if (full) break;
  }
  return batch;
}

/** Half of a batch that the server cannot take, cut between groups; one group stays whole. */
export function firstHalf(batch: readonly OutboxRow[]): OutboxRow[] {
  const groups = groupsOf(batch);
  return groups.slice(0, Math.max(1, Math.floor(groups.length / 2))).flat();
}

export function isOneGroup(batch: readonly OutboxRow[]): boolean {
  return groupsOf(batch).length <= 1;
}
