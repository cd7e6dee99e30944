// After a restore: what this tablet sent before it forked is offered again under the client that sent it.
import { firstHalf, isOneGroup, nextBatch } from "./batch";
import type { Change, Meta, OutboxRow, SentRow } from "./held";
import { encodeOp, readOp, voidLine } from "./op";
import { type Poison, type PushPort, type Step, sendRows, turnedAway } from "./push";
import { type Answer, problemOf } from "./transport";
import type { PushReply, PushResult } from "./wire";

/** Where this page stands: a round that was stopped goes on there, and remembers what fails. */
export interface Offer {
  readonly poison: Poison;
  /** Of whom, in which epoch, and from which number on. */
  of: string;
  from: number;
}

/** Offer all of each former client, the first one first: later ops were made on top of theirs. */
export async function offerFormers(port: PushPort, offer: Offer): Promise<Step> {
  for (;;) {
    const { owed, epoch } = port.journal.model.meta;
    const client = owed?.[0];
    if (client === undefined) return "done";
    const of = `${epoch} ${client}`;
    if (offer.of !== of) Object.assign(offer, { of, from: 1 });
    const step = await offerAll(port, client, offer);
    if (step !== "done") return step;
    await port.journal.commit((meta) =>
      meta.epoch === epoch && meta.owed?.[0] === client
        ? { meta: { owed: meta.owed.slice(1) } }
        : undefined,
    );
  }
}

async function offerAll(port: PushPort, client: string, offer: Offer): Promise<Step> {
  const { poison } = offer;
  for (;;) {
    const rows = await port.journal.disk.sentFrom(client, offer.from);
    const most = poison.most ?? port.limits.ops;
    const batch = nextBatch(rows, { ...port.limits, ops: most }, port.mutants);
    const last = batch.at(-1);
    if (!last) return "done";
    const answer = await sendRows(port, client, batch, poison);
    port.onProgress();
    if (answer.status === 200) {
      poison.passed();
      const { results } = (await answer.json()) as PushReply;
      await store(port, client, results);
      offer.from = last.mid + 1;
      continue;
    }
    await poison.judge(answer, batch);
    const next = await disagreed(port, client, batch, answer, poison);
    if (typeof next !== "number") return next;
    offer.from = next;
  }
}

/** From which number to go on, or why not. */
async function disagreed(
  port: PushPort,
  client: string,
  batch: readonly OutboxRow[],
  answer: Answer,
  poison: Poison,
): Promise<number | Step> {
  const first = batch[0]?.mid ?? 0;
  if (answer.status === 413 && !isOneGroup(batch)) {
    poison.most = firstHalf(batch).length;
    return first;
  }
  if (answer.status !== 409) return turnedAway(answer);
  const problem = await problemOf(answer);
  if (problem.slug === "gap" && typeof problem.expected === "number" && problem.expected < first) {
    return fillGap(port, client, problem.expected, first, poison);
  }
  if (problem.slug === "fork" && typeof problem.first_differing_mid === "number") {
    await store(port, client, (problem.results ?? []) as PushResult[]);
    await renumber(port, client, problem.first_differing_mid);
    return problem.first_differing_mid + 1;
  }
  return problem.slug === "epoch" ? { stop: "epoch" } : { stop: "later", ms: undefined };
}

/** Numbers whose bodies were let go before the fork. */
async function fillGap(
  port: PushPort,
  client: string,
  from: number,
  to: number,
  poison: Poison,
): Promise<number | Step> {
  const many = Math.min(to - from, port.limits.ops);
  const rows = Array.from({ length: many }, (_, i) => ({
    mid: from + i,
    line: voidLine(from + i),
  }));
  const answer = await sendRows(port, client, rows, poison);
  if (answer.status === 200) return to;
  // The twin has offered them meanwhile, with their bodies.
  if (answer.status === 409 && (await problemOf(answer)).slug === "fork") return to;
  return turnedAway(answer);
}

/** The base that is fetched next shows what the server made of these: none of them is shown over it. */
async function store(
  { journal, now }: PushPort,
  client: string,
  results: readonly PushResult[],
): Promise<void> {
  await journal.commitOn(
    () => journal.disk.sentFrom(client, 1),
    (rows) => {
      const told = new Map(results.map((result) => [result.mid, result]));
      const sentPut = rows.flatMap((row) => {
        const result = told.get(row.mid);
        const isNews = result && (result.status !== row.status || !row.folded);
        return isNews ? [again(row, result, now())] : [];
      });
      return sentPut.length > 0 ? { sentPut } : undefined;
    },
  );
}

function again(row: SentRow, result: PushResult, now: number): SentRow {
  const { client, mid, line } = row;
  const { status, code, fields } = result;
  const said = { ...(code ? { code } : {}), ...(fields?.length ? { fields } : {}) };
  const next: SentRow = { client, mid, line, status, ...said, sent_at: now, folded: true };
  // Answers to what is held go to whoever is that client now.
  if (status === "held") return { ...next, hidden: ["*"], open: 1 };
  return status === "rejected" ? { ...next, open: 1 } : next;
}

/** The number was given twice and the other twin's line is the one that stands: ours takes a new one. */
async function renumber({ journal }: PushPort, client: string, mid: number): Promise<void> {
  await journal.commitOn(
    () => journal.disk.sentFrom(client, 1),
    (rows, meta) => renumbered(rows, meta, client, mid),
  );
}

export function renumbered(
  rows: readonly SentRow[],
  meta: Meta,
  client: string,
  mid: number,
): Change | undefined {
  const found = rows.find((row) => row.mid === mid);
  if (!found) return undefined;
  const { txn } = readOp(found.line);
  const moving = rows.filter(
    (row) => row === found || (txn && readOp(row.line).txn?.id === txn.id),
  );
  return {
    meta: { next_mid: meta.next_mid + moving.length },
    sentDelete: moving.map((row) => [client, row.mid]),
    outboxPut: moving.map((row, i) => {
      const next = meta.next_mid + i;
      return { mid: next, line: encodeOp({ ...readOp(row.line), mid: next }) };
    }),
  };
}
