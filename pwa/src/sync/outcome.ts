// What results and folds do to the ops of this tablet: outbox → sent, held ops overtaken, ops closed.
import type { Change, Meta, OutboxRow, SentRow } from "./held";
import type { Model } from "./model";
import { readOp } from "./op";
import { overtaken } from "./view";
import type { Decision, PushResult } from "./wire";

const TOOK_EFFECT = new Set(["applied", "merged"]);

/** A durable result moves its op from the outbox to sent; nothing else ever empties the outbox. */
export function settle(
  model: Model,
  batch: readonly OutboxRow[],
  results: readonly PushResult[],
  now: number,
): Change {
  const lines = new Map(batch.map((row) => [row.mid, row.line]));
  const sentPut = new Map<string, SentRow>();
  const outboxDelete: number[] = [];
  for (const result of results) {
    const line = lines.get(result.mid);
    // An answer that comes late tells of what has had its result: what was made of it since stands.
    if (line === undefined || model.lineOf(result.mid) !== line) continue;
    outboxDelete.push(result.mid);
    const row = sentRow(model.meta.client_id, line, result, now);
    sentPut.set(nameOf(row), row);
    if (TOOK_EFFECT.has(result.status)) hideOvertaken(model, line, sentPut);
  }
  return { outboxDelete, sentPut: [...sentPut.values()] };
}

function nameOf({ client, mid }: Pick<SentRow, "client" | "mid">): string {
  return `${client} ${mid}`;
}

function sentRow(client: string, line: string, result: PushResult, now: number): SentRow {
  return {
    client,
    mid: result.mid,
    line,
    status: result.status,
    ...(result.code ? { code: result.code } : {}),
    ...(result.fields?.length ? { fields: result.fields } : {}),
    sent_at: now,
    open: 1,
  };
}

function hideOvertaken(model: Model, line: string, sentPut: Map<string, SentRow>): void {
  const later = readOp(line);
  for (const own of model.own(later.kind, later.id)) {
    // What this very change makes of it counts: it may have had its answer in the same batch.
    const sent = sentPut.get(nameOf({ client: own.client, mid: own.op.mid })) ?? own.sent;
    if (sent?.status !== "held" || sent.decision) continue;
    if (sent.client === model.meta.client_id && own.op.mid >= later.mid) continue;
    const hidden = overtaken({ ...own, sent }, later);
    if (hidden) sentPut.set(nameOf(sent), { ...sent, hidden });
  }
}

/** What a fold does to sent ops: those that the new base holds are closed, decisions are noted. */
export function foldSent(
  model: Model,
  ackedMid: number,
  decisions: readonly Decision[],
  planned: Meta,
): SentRow[] {
  const byMid = new Map(decisions.map((decision) => [decision.mid, decision]));
  const changed = new Map<string, SentRow>();
  const accepted: SentRow[] = [];
  for (const row of model.sent()) {
    const mine = row.client === planned.client_id;
    const decision = mine ? byMid.get(row.mid) : undefined;
    const folded = row.folded || !mine || row.mid <= ackedMid;
    if (!decision && folded === (row.folded ?? false)) continue;
    const next = closed({ ...row, folded, ...(decision ? { decision: told(decision) } : {}) });
    changed.set(nameOf(row), next);
    if (decision?.outcome === "accepted") accepted.push(next);
  }
  // What was accepted stands in the base now: an earlier op that still waits must not cover it.
  for (const row of accepted) hideOvertaken(model, row.line, changed);
  return [...changed.values()];
}

function told({ outcome, reason }: Decision): { outcome: string; reason: string | null } {
  return { outcome, reason };
}

/** An op stays open while the view or the person still needs it. */
function closed(row: SentRow): SentRow {
  const refused = row.status === "rejected" || row.decision?.outcome === "refused";
  const waits = row.status === "held" && !row.decision;
  if (refused || waits || !row.folded) return row;
  const { open: _, ...rest } = row;
  return rest;
}
