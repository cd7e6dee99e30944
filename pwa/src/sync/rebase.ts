// After a fork or a restore: own ops get new numbers, or are offered again from what was kept.
import { fetchedAnew } from "./epoch";
import type { Change, Meta, OutboxRow, SentRow } from "./held";
import { forkedClient } from "./ids";
import type { Journal } from "./journal";
import type { Model } from "./model";
import { encodeOp, isVoid, type Mark, type Op, readOp, voidLine } from "./op";

/** Whether a base means our own op: the same mark may also be our twin's, fetched with a pull. */
function isMeant(own: Op | undefined, op: Op, field: string): own is Op {
  return own !== undefined && own.kind === op.kind && own.id === op.id && field in own.set;
}

/** The number `first` of `client` is taken by another line: this tablet becomes another client. */
export async function fork(journal: Journal, client: string, first: number): Promise<void> {
  const line = journal.model.lineOf(first);
  // An answer to an earlier question: what it speaks of is no longer here.
  if (line === undefined) return;
  const fresh = await forkedClient(client, first, line);
  await journal.commit((meta, model) => {
    const isStill = meta.client_id === client && model.lineOf(first) === line;
    return isStill ? forked(meta, model, fresh) : undefined;
  });
}

/**
 * This tablet was cloned or restored: what it has not had an answer for is somebody else's number.
 * Its outbox gets a new client and numbers from 1, and bases that mean those ops follow. What waits
 * under the old name leaves the view: its answers go to whoever is that client now.
 */
export function forked(meta: Meta, model: Model, newClient: string): Change {
  const moving = model.outbox();
  const numbers = new Map(moving.map((row, i) => [row.mid, i + 1]));
  const ops = new Map(moving.map((row) => [row.mid, readOp(row.line)]));
  const follow = (op: Op, field: string, [client, mid]: Mark): Mark => {
    const fresh = client === meta.client_id ? numbers.get(mid) : undefined;
    const isOurs = fresh !== undefined && isMeant(ops.get(mid), op, field);
    return isOurs ? [newClient, fresh] : [client, mid];
  };
  const outboxPut = moving.map((row) => {
    const mid = numbers.get(row.mid) ?? row.mid;
    const op = readOp(row.line);
    if (isVoid(op)) return { mid, line: voidLine(mid) };
    const bases = Object.entries(op.base).map(([f, mark]) => [f, follow(op, f, mark)]);
    const base: Op["base"] = Object.fromEntries(bases);
    return { mid, line: encodeOp({ ...op, mid, base }) };
  });
  return {
    meta: {
      client_id: newClient,
      formers: [...(meta.formers ?? []), meta.client_id],
      next_mid: moving.length + 1,
      acked_mid: 0,
      decided: 0,
    },
    outboxDelete: moving.map((row) => row.mid),
    outboxPut,
    sentPut: model
      .sent()
      .filter(({ status, decision }) => status === "held" && !decision)
      .map((row) => ({ ...row, hidden: ["*"] })),
    blobPut: [...model.blobs.values()].flatMap((row) => {
      const mid = numbers.get(row.mid);
      return mid === undefined ? [] : [{ ...row, mid }];
    }),
  };
}

/**
 * The server knows this client only up to `lastMid` (it was restored from a backup): every own op
 * above it, up to the `first` that waits, is offered again with its first body; one whose body was
 * pruned goes as `void`. `kept` must be all that the disk holds at this very moment: an op that moved
 * from outbox to sent after it was read would be taken for pruned.
 */
export function offeredAgain(
  meta: Meta,
  first: number,
  kept: readonly SentRow[],
  lastMid: number,
): Change {
  const bodies = new Map(kept.map((row) => [row.mid, row]));
  const outboxPut: OutboxRow[] = [];
  const sentDelete: [string, number][] = [];
  for (let mid = lastMid + 1; mid < first; mid += 1) {
    const row = bodies.get(mid);
    outboxPut.push({ mid, line: row?.line || voidLine(mid) });
    if (row) sentDelete.push([meta.client_id, mid]);
  }
  // A server that lost our ops may have lost others' too, whatever it says of its epoch: its numbers
  // may have been given out again, so no cursor of ours can be trusted.
  return { outboxPut, sentDelete, ...fetchedAnew(meta, {}) };
}
