// Tells a restored server what it has lost of others' work; a person at the desk decides about it.
import type { Change, LostRow, Meta } from "./held";
import type { Journal } from "./journal";
import { sizeOf } from "./op";
import { type Step, turnedAway } from "./push";
import { problemOf, type Transport } from "./transport";

export interface RecoveryPort {
  journal: Journal;
  transport: Transport;
  organisationId: string;
}

const MOST = 1000;
const MOST_BYTES = 1024 * 1024;

/** Whether there is a list that this epoch of the server has not been told. */
export function isUntold(meta: Meta): boolean {
  return meta.has_lost === true && !meta.old_seqs && meta.told?.epoch !== meta.epoch;
}

/** Idempotent: a list that was told in part is told again from its beginning. */
export async function tellLost(port: RecoveryPort): Promise<Step> {
  const { journal } = port;
  const { epoch } = journal.model.meta;
  if (epoch === null) return "done";
  const waiting = batchesOf((await journal.disk.lost()).map(itemOf));
  for (let batch = waiting.shift(); batch; batch = waiting.shift()) {
    const step = await tell(port, epoch, batch);
    if (step === "too_much") waiting.unshift(...halves(batch));
    else if (step === "not_mine") return "done";
    else if (step !== "done") return step;
  }
  await journal.commit((meta) => (meta.epoch === epoch ? told(meta, epoch) : undefined));
  return "done";
}

function told({ client_id, next_mid }: Meta, epoch: string): Change {
  return { meta: { told: { epoch, next: [client_id, next_mid] } } };
}

type Item = ReturnType<typeof itemOf>;

function itemOf({ scope, kind, id, field, value, client, mid }: LostRow) {
  return { scope, k: kind, id, field, value, mark: client === "" ? null : [client, mid] };
}

export function batchesOf(items: readonly Item[]): Item[][] {
  const batches: Item[][] = [];
  let bytes = 0;
  for (const item of items) {
    const size = sizeOf(JSON.stringify(item)) + 1;
    const last = batches.at(-1);
    bytes += size;
    if (last && last.length < MOST && bytes <= MOST_BYTES) last.push(item);
    else {
      batches.push([item]);
      bytes = size;
    }
  }
  return batches;
}

/** What is refused for itself alone is let be: the rest of the list must not wait for it. */
function halves(batch: readonly Item[]): Item[][] {
  if (batch.length < 2) return [];
  const half = Math.ceil(batch.length / 2);
  return [batch.slice(0, half), batch.slice(half)];
}

async function tell(
  port: RecoveryPort,
  epoch: string,
  items: Item[],
): Promise<Step | "too_much" | "not_mine"> {
  const { journal, transport, organisationId } = port;
  const { client_id } = journal.model.meta;
  const json = { client_id, organisation_id: organisationId, server_epoch: epoch, items };
  const answer = await transport.send({ method: "POST", path: "/recovery", json });
  if (answer.status === 200) return "done";
  if (answer.status === 413 || answer.status === 422) return "too_much";
  // Whoever may not tell it any more keeps it: own work and photos must not wait for that.
  if (answer.status === 403 || answer.status === 404) return "not_mine";
  if (answer.status !== 409) return turnedAway(answer);
  const { slug } = await problemOf(answer);
  return slug === "epoch" ? { stop: "epoch" } : { stop: "later", ms: undefined };
}

/**
 * The list may go once a backup has it: one that holds an op made after it was told. Without that a
 * second restore would lose the list.
 */
export function forgetLost(meta: Meta, scopes: readonly string[]): Change | undefined {
  const { told: proof, backed_up_mid, client_id, next_mid, epoch } = meta;
  if (!proof || proof.epoch !== epoch || backed_up_mid === null) return undefined;
  const [client, mid] = proof.next;
  if (client !== client_id) {
    return { meta: { told: { epoch: proof.epoch, next: [client_id, next_mid] } } };
  }
  if (backed_up_mid < mid) return undefined;
  return { meta: { told: undefined, has_lost: undefined }, lostClear: [...scopes] };
}
