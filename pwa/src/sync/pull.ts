// Fetches what is confirmed: pages are staged beside the base and folded into it in one transaction.

import { seqsWithout } from "./epoch";
import type { BaseRow, Change, Cursor, Meta, StagedPage } from "./held";
import type { Journal } from "./journal";
import type { Model } from "./model";
import type { Mutants } from "./mutants";
import { foldSent } from "./outcome";
import type { Pause } from "./pause";
import { forbidden, type Step, startEpoch } from "./push";
import { pageOf, readAhead } from "./rows";
import { type Answer, problemOf, retryAfterMs, type Transport } from "./transport";
import type { PullAsk, PullReply } from "./wire";

export interface PullPort {
  journal: Journal;
  transport: Transport;
  organisationId: string;
  mutants: Mutants;
  page: number;
  onStaged: (rows: number) => void;
  pause: Pause;
}

/** Where each scope stands, staged pages included. */
export function cursorsNow(meta: Meta): Record<string, Cursor> {
  return { ...meta.cursors, ...meta.staging };
}

function same(a: Record<string, Cursor>, b: Record<string, Cursor>): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((id) => a[id]?.seq === b[id]?.seq && a[id]?.gen === b[id]?.gen)
  );
}

export async function pullAll(port: PullPort): Promise<Step> {
  for (;;) {
    const { meta } = port.journal.model;
    // The old base stays on the screen until the server has been offered all that was ever ours.
    if (meta.owed?.length) return { stop: "later", ms: undefined };
    if (Object.keys(meta.cursors).length === 0) return "done";
    const booted = await bootstrapResets(port);
    if (booted !== "done") return booted;
    const ask = askFor(port.journal.model.meta, port.organisationId, port.page);
    const answer = await port.transport.send({ method: "POST", path: "/pull", json: ask });
    if (answer.status === 404) return { stop: "elsewhere" };
    if (answer.status !== 200) return stopFor(answer);
    const reply = (await answer.json()) as PullReply;
    const more = await takeReply(port, ask, reply);
    if (!more) return "done";
  }
}

function askFor(meta: Meta, organisationId: string, limit: number): PullAsk {
  return {
    client_id: meta.client_id,
    organisation_id: organisationId,
    server_epoch: meta.epoch ?? "",
    scopes: cursorsNow(meta),
    decided: meta.decided,
    limit,
  };
}

export async function stopFor(answer: Answer): Promise<Step> {
  if (answer.status === 0) return { stop: "no_signal" };
  if (answer.status === 401) return { stop: "signed_out" };
  if (answer.status === 403) return forbidden(answer);
  if (answer.status === 426) return { stop: "app_old" };
  if (answer.status === 409 && (await problemOf(answer)).slug === "epoch") return { stop: "epoch" };
  return { stop: "later", ms: retryAfterMs(answer) };
}

/** Take one reply if it still fits what is held. Returns whether there is more to ask for. */
async function takeReply(port: PullPort, ask: PullAsk, reply: PullReply): Promise<boolean> {
  const { journal, mutants } = port;
  if (reply.server_epoch !== journal.model.meta.epoch) {
    await startEpoch(journal, reply.server_epoch);
    return true;
  }
  const pages: StagedPage[] = [];
  for (const [scope, part] of Object.entries(reply.scopes)) {
    if (part.items.length > 0) pages.push(await pageOf(scope, part.items, port.pause));
  }
  port.onStaged(pages.reduce((sum, page) => sum + page.rows.length, 0));
  const last = Object.values(reply.scopes).every((part) => !part.more);
  const lost = [...reply.revoked, ...reply.reset];
  // Wanted after a restore only.
  const compare = journal.model.meta.old_seqs ? await import("./lost") : undefined;
  const take = (rows: Change, meta: Meta, model: Model): Change | undefined => {
    const isOurs = meta.client_id === ask.client_id && meta.epoch === ask.server_epoch;
    const fits = isOurs && same(cursorsNow(meta), ask.scopes);
    if (!fits || meta.owed?.length) return undefined;
    // Lost in the middle of this: what is not fetched anew cannot be compared.
    if (meta.old_seqs && (!compare || meta.resets.length > 0)) return undefined;
    const cursors = movedCursors(ask, reply, mutants);
    if (lost.length > 0) return withoutScopes(meta, reply, pages, cursors);
    if (!last) return { stagePut: pages, meta: { staging: cursors } };
    return folded(model, meta, rows, cursors, reply, compare);
  };
  await journal.commitOn(
    // All that takes long is done before the transaction: nothing else can be written during one.
    async (model) =>
      last && lost.length === 0 ? foldAll(port, model, pages, Object.keys(ask.scopes)) : {},
    take,
  );
  return !last || lost.length > 0;
}

async function foldAll(
  { journal, pause }: PullPort,
  model: Model,
  pages: readonly StagedPage[],
  scopes: readonly string[],
): Promise<Change> {
  const staged = model.meta.staging ? await journal.disk.staged() : [];
  const ours = [...staged, ...pages].filter(({ scope }) => scopes.includes(scope));
  const rows = await foldPages(ours, pause);
  for (const row of rows.basePut ?? []) {
    if (!model.isListed(row.kind)) continue;
    const wait = pause();
    if (wait) await wait;
    readAhead(row);
  }
  return rows;
}

function movedCursors(ask: PullAsk, reply: PullReply, mutants: Mutants): Record<string, Cursor> {
  const cursors: Record<string, Cursor> = {};
  for (const [scope, before] of Object.entries(ask.scopes)) {
    const part = reply.scopes[scope];
    const seq = part && mutants.has("cursor_to_head") ? part.head : part?.seq;
    cursors[scope] = part ? { gen: part.gen, seq: seq ?? part.seq } : before;
  }
  return cursors;
}

/**
 * Scopes that the person may not read any more lose their base at once (never outbox, sent, bytes);
 * scopes that the server reset are fetched whole beside the old base. Nothing is folded this time.
 */
function withoutScopes(
  meta: Meta,
  reply: PullReply,
  pages: StagedPage[],
  cursors: Record<string, Cursor>,
): Change {
  const gone = new Set(reply.revoked);
  const reset = new Set(reply.reset);
  const keep = (all: Record<string, Cursor>): Record<string, Cursor> =>
    Object.fromEntries(Object.entries(all).filter(([scope]) => !gone.has(scope)));
  const staging = Object.fromEntries(
    Object.entries(keep(cursors)).filter(([scope]) => !reset.has(scope)),
  );
  const resets = [...new Set([...meta.resets, ...reset])].filter((scope) => !gone.has(scope));
  return {
    meta: { cursors: keep(meta.cursors), staging, resets, ...seqsWithout(meta, gone) },
    baseClear: [...gone],
    lostClear: [...gone],
    stagePut: pages.filter((page) => !gone.has(page.scope) && !reset.has(page.scope)),
  };
}

function folded(
  model: Model,
  meta: Meta,
  rows: Change,
  cursors: Record<string, Cursor>,
  reply: PullReply,
  compare: typeof import("./lost") | undefined,
): Change | undefined {
  const decided = reply.decisions.reduce((most, { n }) => Math.max(most, n), meta.decided);
  const sentPut = foldSent(model, reply.acked_mid, reply.decisions, meta);
  const still =
    isEmpty(rows) &&
    sentPut.length === 0 &&
    meta.staging === null &&
    meta.acked_mid === reply.acked_mid &&
    meta.decided === decided &&
    same(meta.cursors, cursors);
  const lostPut = meta.old_seqs && compare ? compare.lostBy(model, rows) : [];
  if (still && !meta.old_seqs) return undefined;
  const more = meta.old_seqs && compare ? compare.comparedMeta(lostPut) : {};
  return {
    ...rows,
    lostPut,
    sentPut,
    stageClear: true,
    meta: { ...more, cursors, staging: null, decided, acked_mid: reply.acked_mid },
  };
}

/**
 * Pages in the order they came: a later row replaces an earlier one, a later `gone` removes it, and
 * a scope that begins anew forgets what was staged of it before.
 */
export async function foldPages(pages: readonly StagedPage[], pause: Pause): Promise<Change> {
  const clear = new Set<string>();
  const rows = new Map<string, BaseRow>();
  const gone = new Map<string, [string, string, string]>();
  for (const page of pages) {
    if (page.clear) {
      clear.add(page.scope);
      for (const [at, row] of rows) if (row.scope === page.scope) rows.delete(at);
      for (const [at, [scope]] of gone) if (scope === page.scope) gone.delete(at);
    }
    for (const row of page.rows) {
      const wait = pause();
      if (wait) await wait;
      const at = `${page.scope} ${row.kind} ${row.id}`;
      rows.set(at, row);
      gone.delete(at);
    }
    for (const [kind, id] of page.gone) {
      const at = `${page.scope} ${kind} ${id}`;
      rows.delete(at);
      gone.set(at, [page.scope, kind, id]);
    }
  }
  return { baseClear: [...clear], basePut: [...rows.values()], baseDelete: [...gone.values()] };
}

function isEmpty({ baseClear, basePut, baseDelete }: Change): boolean {
  return !(baseClear?.length || basePut?.length || baseDelete?.length);
}

/** Fetch the scopes that need it whole before anything is pulled. */
async function bootstrapResets(port: PullPort): Promise<Step> {
  const { resets } = port.journal.model.meta;
  if (resets.length === 0) return "done";
  // Wanted for a download and after a restore, not at every start.
  const { bootstrap } = await import("./bootstrap");
  for (const scope of resets) {
    const step = await bootstrap(port, scope);
    if (step !== "done") return step;
  }
  return "done";
}
