// The little of IndexedDB's events that we need, as promises; all else is the browser's own.

export function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((done, no) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => no(request.error);
  });
}

/** Settles when a transaction is on the disk, or with the reason why it is not. */
export function ended(tx: IDBTransaction): Promise<void> {
  return new Promise((done, no) => {
    tx.oncomplete = () => done();
    tx.onabort = () => no(tx.error ?? new DOMException("taken back", "AbortError"));
  });
}

export interface Opening {
  upgrade: (db: IDBDatabase, old: number, tx: IDBTransaction) => void;
  /** Another tab holds an older version. */
  blocked?: () => void;
  /** Another tab wants a newer version, or to delete. */
  blocking?: () => void;
  /** The browser closed it. */
  closed?: () => void;
}

export async function openDb(name: string, version: number, on: Opening): Promise<IDBDatabase> {
  const request = indexedDB.open(name, version);
  request.onupgradeneeded = ({ oldVersion }) => {
    if (request.transaction) on.upgrade(request.result, oldVersion, request.transaction);
  };
  request.onblocked = () => on.blocked?.();
  const db = await asked(request);
  db.onversionchange = () => on.blocking?.();
  db.onclose = () => on.closed?.();
  return db;
}
