// Sends photo bytes, after the records that name them: resumable, by hash, the largest last.
import { type BlobRow, CHUNK_BYTES } from "./held";
import type { Journal } from "./journal";
import type { Mutants } from "./mutants";
import type { Step } from "./push";
import { type Answer, problemOf, retryAfterMs, type Transport } from "./transport";

export interface BlobPort {
  journal: Journal;
  transport: Transport;
  organisationId: string;
  now: () => number;
  mutants: Mutants;
  onProgress: () => void;
}

const AT_ONCE = 2;
const HASH_TRIES = 3;
/** Answers that no further try changes: too large, not a picture, not what an upload may be. */
const REFUSALS = new Set([413, 415, 422]);

/** Bytes still to be sent whose record the server already has. */
export function waitingBlobs(journal: Journal): BlobRow[] {
  const { model } = journal;
  return model.waitingBlobs
    .filter((row) => !model.isUnsent(row.mid))
    .sort((a, b) => a.size - b.size || a.kept_at - b.kept_at);
}

type Ended = Exclude<BlobRow["state"], "waiting">;

export async function sendBlobs(port: BlobPort): Promise<Step> {
  const queue = waitingBlobs(port.journal);
  let step: Step = "done";
  const one = async (): Promise<void> => {
    for (let row = queue.shift(); row && step === "done"; row = queue.shift()) {
      const mine = await sendBlob(port, row);
      port.onProgress();
      if (mine !== "done") step = mine;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return step;
}

async function sendBlob(port: BlobPort, row: BlobRow): Promise<Step> {
  for (let tries = 0; tries < HASH_TRIES; tries += 1) {
    const answer = await port.transport.send({
      method: "POST",
      path: "/blobs",
      json: {
        sha256: row.sha256,
        size: row.size,
        mime: row.mime,
        organisation_id: port.organisationId,
      },
    });
    if (REFUSALS.has(answer.status)) return end(port, row, "refused");
    if (answer.status === 404) return { stop: "elsewhere" };
    if (answer.status !== 200 && answer.status !== 201) return stopFor(answer);
    const reply = (await answer.json()) as { state: "stored" | "partial"; offset: number };
    if (reply.state === "stored") return end(port, row, "sent");
    const sent = await sendFrom(port, row, reply.offset);
    if (sent === "sent" || sent === "lost" || sent === "refused") return end(port, row, sent);
    if (sent !== "again") return sent;
  }
  return { stop: "later", ms: undefined };
}

/**
 * Send chunks from an offset on. "sent" is only what the server said of the last chunk; an upload
 * that is full without our doing may still fail its hash: "again" asks. "lost": the tablet has no
 * more bytes, although the photo is longer.
 */
async function sendFrom(
  port: BlobPort,
  row: BlobRow,
  offset: number,
): Promise<Ended | "again" | Step> {
  let at = offset;
  let isProved = false;
  for (let wrong = 0; at < row.size; ) {
    const chunk = await port.journal.disk.chunk(row.sha256, Math.floor(at / CHUNK_BYTES));
    const bytes = chunk?.slice(at % CHUNK_BYTES);
    if (!bytes?.byteLength) return "lost";
    const answer = await port.transport.send({
      method: "PATCH",
      path: `/blobs/${row.sha256}`,
      bytes,
      headers: { "Upload-Offset": String(at) },
    });
    if (answer.status === 204 || answer.status === 200) {
      at += bytes.byteLength;
      isProved = at >= row.size;
    } else if (port.mutants.has("blob_before_hash_check") && answer.status === 460) {
      return "sent";
    } else if (REFUSALS.has(answer.status)) {
      return "refused";
    } else if (answer.status === 460) {
      return "again";
    } else if (answer.status === 409 && wrong < HASH_TRIES) {
      wrong += 1;
      const said = Number((await headOf(port, row)).header("Upload-Offset"));
      if (!Number.isInteger(said)) return { stop: "later", ms: undefined };
      at = said;
    } else return stopFor(answer);
  }
  return isProved ? "sent" : "again";
}

function headOf(port: BlobPort, row: BlobRow): Promise<Answer> {
  return port.transport.send({ method: "HEAD", path: `/blobs/${row.sha256}` });
}

/** Nothing waits for these bytes any more; lost and refused ones the person is asked about. */
async function end(port: BlobPort, row: BlobRow, state: Ended): Promise<Step> {
  const ended = { state, ...(state === "sent" ? { sent_at: port.now() } : {}) };
  await port.journal.commit((_, model) => {
    const now = model.blobs.get(row.sha256);
    return now?.state === "waiting" && !now.freed ? { blobPut: [{ ...now, ...ended }] } : undefined;
  });
  return "done";
}

async function stopFor(answer: Answer): Promise<Step> {
  if (answer.status === 0) return { stop: "no_signal" };
  if (answer.status === 401) return { stop: "signed_out" };
  await problemOf(answer);
  return { stop: "later", ms: retryAfterMs(answer) };
}
