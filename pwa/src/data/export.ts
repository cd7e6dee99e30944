// "Export unsent": the ops as the push would send them, and the photos, for when sending cannot work.
import type { Disk } from "../sync/held";
import type { Model } from "../sync/model";
import { type ZipEntry, zipOf } from "./zip";

/** Whose work it is: the server that has never heard of this tablet has nobody else to ask. */
export interface Owner {
  user_id: string;
  organisation_id: string;
}

export async function exportUnsent(
  model: Model,
  disk: Disk,
  { user_id, organisation_id }: Owner,
  now: number,
): Promise<Blob> {
  const rows = model.outbox();
  const { client_id, epoch } = model.meta;
  const header = {
    client_id,
    user_id,
    organisation_id,
    server_epoch: epoch,
    device_now: now,
    first_mid: rows[0]?.mid ?? model.meta.next_mid,
    n: rows.length,
  };
  const text = [JSON.stringify(header), ...rows.map((row) => row.line), ""].join("\n");
  const entries: ZipEntry[] = [{ name: "changes.ndjson", bytes: new TextEncoder().encode(text) }];
  for (const blob of model.blobs.values()) {
    const isOnlyHere = blob.state === "waiting" || blob.state === "refused";
    if (!isOnlyHere || blob.freed) continue;
    const parts: BlobPart[] = [];
    for (let n = 0; n < blob.chunks; n += 1) parts.push((await disk.chunk(blob.sha256, n)) ?? "");
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
    entries.push({ name: `photos/${blob.sha256}.jpg`, bytes });
  }
  return zipOf(entries);
}
