// Hands in what is left of an organisation that shut its person out, while they work for another one.
import { Connection, databaseName } from "../data/connection";
import { IdbDisk } from "../data/disk";
import type { Session } from "../domain/generated/accounts";
import { BrowserStorage } from "../platform/storage";
import { freshMeta } from "../sync/held";
import { HttpTransport } from "../sync/http";
import { Journal } from "../sync/journal";
import { byLease, byLock } from "../sync/leader";
import { Rounds } from "../sync/loop";
import { Model } from "../sync/model";
import { deviceId } from "./session";

declare const __APP_BUILD__: string;
const MOST_ROUNDS = 10;

/** Rounds with the tablet's own credential until nothing more goes; nothing of it leaves the tablet's disk. */
export async function handInOf(session: Session, organisation: string): Promise<void> {
  const name = databaseName(session.user.id, organisation);
  const connection = new Connection(name);
  const device = await deviceId();
  const disk = new IdbDisk(connection, () => freshMeta(crypto.randomUUID(), device));
  const alone =
    "locks" in navigator ? byLock(`sync:${name}`) : byLease(disk, crypto.randomUUID(), Date.now);
  try {
    const load = async (): Promise<Model> => new Model(await disk.load());
    const journal = new Journal(disk, await load(), () => undefined, load);
    await alone(() => rounds(journal, organisation));
  } finally {
    await connection.drop();
  }
}

async function rounds(journal: Journal, organisation: string): Promise<void> {
  const storage = new BrowserStorage();
  const round = new Rounds({
    journal,
    transport: new HttpTransport({ organisation }),
    now: Date.now,
    organisationId: organisation,
    build: __APP_BUILD__,
    storage: () => storage.now(),
  });
  const left = (): number => journal.model.outboxSize + journal.model.waitingBlobs.length;
  for (let n = 0, before = Number.POSITIVE_INFINITY; n < MOST_ROUNDS && left() < before; n += 1) {
    before = left();
    if (before === 0) return;
    await round.run();
  }
}
