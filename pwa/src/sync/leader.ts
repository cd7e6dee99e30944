// One tab syncs at a time: a Web Lock where there are locks, else a lease of 30 seconds.

export interface LeaseStore {
  /** Set holder and end in one transaction if it is free, ended or ours; true when we have it. */
  take(holder: string, until: number, now: number): Promise<boolean>;
}

const LEASE_MS = 30_000;

export function byLock(name: string): (work: () => Promise<void>) => Promise<boolean> {
  return (work) =>
    navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
      if (!lock) return false;
      await work();
      return true;
    });
}

/** Two tabs with a lease may overlap for a moment: the server serialises, duplicates are harmless. */
export function byLease(
  store: LeaseStore,
  holder: string,
  now: () => number,
): (work: () => Promise<void>) => Promise<boolean> {
  return async (work) => {
    if (!(await store.take(holder, now() + LEASE_MS, now()))) return false;
    try {
      await work();
    } finally {
      await store.take(holder, now(), now());
    }
    return true;
  };
}
