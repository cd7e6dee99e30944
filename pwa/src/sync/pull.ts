// Fetches what is confirmed: pages are staged beside the base and folded into it in one transaction.

import { seqsWithout } from "./epoch";
import type { BaseRow, Change, Cursor, Meta, StagedPage } from "./held";
import type { Journal } from "./journal";
import type { Model } from "./model";
import type { Mutants } from "./mutants";
import { foldSent } from "./outcome";
import { forbidden, type Step, startEpoch } from "./push";
import { pageOf } from "./rows";
import { type Answer, problemOf, retryAfterMs, type Transport } from "./transport";
import type { PullAsk, PullReply } from "./wire";

export interface PullPort {
  journal: Journal;
  transport: Transport;
  organisationId: string;
  mutants: Mutants;
  page: number;
  onStaged: (rows: number) => void;
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
    if (part.items.length > 0) pages.push(await pageOf(scope, part.items));
  }
  port.onStaged(pages.reduce((sum, page) => sum + page.rows.length, 0));
  const last = Object.values(reply.scopes).every((part) => !part.more);
  const lost = [...reply.revoked, ...reply.reset];
  // Wanted after a restore only.
  const compare = journal.model.meta.old_seqs ? await import("./lost") : undefined;
  const take = (staged: StagedPage[], meta: Meta, model: Model): Change | undefined => {
    const isOurs = meta.client_id === ask.client_id && meta.epoch === ask.server_epoch;
    const fits = isOurs && same(cursorsNow(meta), ask.scopes);
    if (!fits || meta.owed?.length) return undefined;
    // Lost in the middle of this: what is not fetched anew cannot be compared.
    if (meta.old_seqs && (!compare || meta.resets.length > 0)) return undefined;
    const cursors = movedCursors(ask, reply, mutants);
    if (lost.length > 0) return withoutScopes(meta, reply, pages, cursors);
    if (!last) return { stagePut: pages, meta: { staging: cursors } };
    return folded(model, meta, [...staged, ...pages], cursors, reply, compare);
  };
  await journal.commitOn(
    async (model) => (last && model.meta.staging ? journal.disk.staged() : []),
    take,
  );
  return !last || lost.length > 0;
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
  pages: readonly StagedPage[],
  cursors: Record<string, Cursor>,
  reply: PullReply,
  compare: typeof import("./lost") | undefined,
): Change | undefined {
  const decided = reply.decisions.reduce((most, { n }) => Math.max(most, n), meta.decided);
  const sentPut = foldSent(model, reply.acked_mid, reply.decisions, meta);
  const rows = foldPages(pages.filter((page) => page.scope in cursors));
  const still =
    pages.length === 0 &&
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
export function foldPages(pages: readonly StagedPage[]): Change {
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
