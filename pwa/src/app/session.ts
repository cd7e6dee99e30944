// Who is signed in: asked of the server when it answers, remembered on the tablet for when it does not.
import { deleteDB, type IDBPDatabase, openDB } from "idb";
import { addressOf } from "../domain/call";
import type { Session } from "../domain/generated/accounts";
import { trustedFetch } from "./fetch";

const NAME = "walkround";
const STORE = "kept";

/** `locked` after a sign-out: the data stays, and opens again for the same person's sign-in. */
export interface Kept {
  session: Session;
  locked: boolean;
}

export type Asked = { state: "in"; session: Session } | { state: "out" } | { state: "no_answer" };

async function withKept<T>(run: (db: IDBPDatabase) => Promise<T>): Promise<T> {
  const db = await openDB(NAME, 1, { upgrade: (fresh) => void fresh.createObjectStore(STORE) });
  try {
    return await run(db);
  } finally {
    db.close();
  }
}

let device: string | undefined;

/** Reads the device's id along: a cold start opens this database once. */
export function keptSession(): Promise<Kept | undefined> {
  return withKept(async (db) => {
    const [kept, id] = await Promise.all([db.get(STORE, "session"), db.get(STORE, "device_id")]);
    device = id as string | undefined;
    return kept as Kept | undefined;
  }).catch(() => undefined);
}

export function keepSession(session: Session): Promise<void> {
  const kept: Kept = { session, locked: false };
  return withKept(async (db) => void (await db.put(STORE, kept, "session"))).catch(() => undefined);
}

export function lockSession(): Promise<void> {
  return withKept(async (db) => {
    const kept = (await db.get(STORE, "session")) as Kept | undefined;
    if (kept) await db.put(STORE, { ...kept, locked: true }, "session");
  }).catch(() => undefined);
}

/** One id for each browser profile, minted once. */
export async function deviceId(): Promise<string> {
  device ??= await withKept(async (db) => {
    const held = (await db.get(STORE, "device_id")) as string | undefined;
    if (held !== undefined) return held;
    const tx = db.transaction(STORE, "readwrite", { durability: "strict" });
    const known = (await tx.store.get("device_id")) as string | undefined;
    const id = known ?? crypto.randomUUID();
    if (known === undefined) await tx.store.put(id, "device_id");
    await tx.done;
    return id;
  });
  return device;
}

export async function askSession(): Promise<Asked> {
  const answer = await trustedFetch("GET", addressOf("GET /api/session", {}));
  if (!answer) return { state: "no_answer" };
  if (answer.status === 401 || answer.status === 403) return { state: "out" };
  if (!answer.ok) return { state: "no_answer" };
  return { state: "in", session: (await answer.json()) as Session };
}

/** End the sign-in here and, when it can be reached, on the server. Deletes nothing. */
export async function signOut(): Promise<void> {
  await lockSession();
  await trustedFetch("POST", "/sign-out");
}

export function samePerson(a: Session, b: Session): boolean {
  return a.user.id === b.user.id && a.organisation.id === b.organisation.id;
}

/** A wipe deletes one person's database by its name; other people's stay. */
export async function wipe(databaseName: string): Promise<void> {
  await deleteDB(databaseName);
}
