// Who is signed in: asked of the server when it answers, remembered on the tablet for when it does not.
import { asked, ended, openDb } from "../data/idb";
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

/** One transaction: what it reads and writes is its own, and it is on the disk when this settles. */
async function withKept<T>(
  mode: IDBTransactionMode,
  run: (store: IDBObjectStore) => Promise<T>,
): Promise<T> {
  const db = await openDb(NAME, 1, { upgrade: (fresh) => void fresh.createObjectStore(STORE) });
  try {
    const tx = db.transaction(STORE, mode, { durability: "strict" });
    const [result] = await Promise.all([run(tx.objectStore(STORE)), ended(tx)]);
    return result;
  } finally {
    db.close();
  }
}

let device: string | undefined;

/** Reads the device's id along: a cold start opens this database once. */
export function keptSession(): Promise<Kept | undefined> {
  return withKept("readonly", async (store) => {
    const [kept, id] = await Promise.all([
      asked<Kept | undefined>(store.get("session")),
      asked<string | undefined>(store.get("device_id")),
    ]);
    device = id;
    return kept;
  }).catch(() => undefined);
}

export function keepSession(session: Session): Promise<void> {
  const kept: Kept = { session, locked: false };
  return withKept("readwrite", async (store) => {
    const names = new Map(await asked<Names | undefined>(store.get("names")));
    for (const { id, name } of session.organisations) names.set(id, name);
    store.put([...names], "names");
    store.put(kept, "session");
  }).catch(() => undefined);
}

type Names = [organisation: string, name: string][];

/** Every organisation that was ever signed in to here: one that shut its person out has no other name. */
export function namesKept(): Promise<Names> {
  return withKept("readonly", (store) => asked<Names | undefined>(store.get("names")))
    .then((names) => names ?? [])
    .catch(() => []);
}

export function lockSession(): Promise<void> {
  return withKept("readwrite", async (store) => {
    const kept: Kept | undefined = await asked(store.get("session"));
    if (kept) store.put({ ...kept, locked: true }, "session");
  }).catch(() => undefined);
}

/** One id for each browser profile, minted once. */
export async function deviceId(): Promise<string> {
  device ??= await withKept("readwrite", async (store) => {
    const known: string | undefined = await asked(store.get("device_id"));
    const id = known ?? crypto.randomUUID();
    if (known === undefined) store.put(id, "device_id");
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
  await asked(indexedDB.deleteDatabase(databaseName));
}
