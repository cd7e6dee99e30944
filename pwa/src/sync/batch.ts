// Cuts the outbox into pushes: at most 500 ops and 1 MiB, a group never split.
import type { OutboxRow } from "./held";
import { type Mutants, NO_MUTANTS } from "./mutants";
import { GROUP_OPS, readOp, sizeOf } from "./op";

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

/**
 * A push numbers its lines from the first: it ends where the outbox has a gap. There is one when
 * overlapping rounds offer a number again while its neighbours are being stored.
 */
function contiguous(outbox: readonly OutboxRow[]): OutboxRow[] {
  const first = outbox[0]?.mid ?? 0;
  const gap = outbox.findIndex((row, i) => row.mid !== first + i);
  return gap < 0 ? [...outbox] : outbox.slice(0, gap);
}

/** The first batch of the outbox. A group larger than the limits travels alone. */
export function nextBatch(
  outbox: readonly OutboxRow[],
  limits: Limits = LIMITS,
  mutants: Mutants = NO_MUTANTS,
): OutboxRow[] {
  // Only the group at the edge may reach beyond the limit.
  const run = contiguous(outbox.slice(0, limits.ops + GROUP_OPS));
  const near = run.slice(0, limits.ops);
  const window = mutants.has("group_split") ? near : run;
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
