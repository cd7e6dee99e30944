// What one person's other databases on this tablet hold: counted, never changed, nobody else's opened.
import type { BlobRow } from "../sync/held";
import { databaseName } from "./connection";
import { asked } from "./idb";

/** How much of one organisation's work is on this tablet only. */
export interface Unsent {
  organisation: string;
  changes: number;
  photos: number;
}

/** Count what waits in every other database of this person; one that is not there is not made. */
export async function unsentElsewhere(user: string, organisation: string): Promise<Unsent[]> {
  const own = databaseName(user, organisation);
  const prefix = databaseName(user, "");
  const names = (await indexedDB.databases()).flatMap(({ name }) => name ?? []);
  const others = names.filter((name) => name.startsWith(prefix) && name !== own);
  return Promise.all(
    others.map(async (name) => ({
      organisation: name.slice(prefix.length),
      ...(await held(name)),
    })),
  );
}

async function held(name: string): Promise<{ changes: number; photos: number }> {
  // As it is, of whatever version: opening it must neither upgrade it nor hold up a tab that does.
  const db = await asked(indexedDB.open(name));
  db.onversionchange = () => db.close();
  try {
    if (!db.objectStoreNames.contains("outbox")) return { changes: 0, photos: 0 };
    const tx = db.transaction(["outbox", "blobs"]);
    const [changes, blobs] = await Promise.all([
      asked(tx.objectStore("outbox").count()),
      asked<BlobRow[]>(tx.objectStore("blobs").getAll()),
    ]);
    const photos = blobs.filter((row) => row.state === "waiting" && !row.freed).length;
    return { changes, photos };
  } finally {
    db.close();
  }
}
