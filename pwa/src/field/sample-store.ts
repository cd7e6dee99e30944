// A Store in memory for tests and the dev page: saves at once, sends nothing.
import { signal } from "@preact/signals";
import type { Edit, PhotoBytes, Rec, Store, SyncState, Value } from "../data/types";
import type { VisitItem } from "../domain/generated/audits";
import type { Snapshot } from "./rating";

export interface SampleStore extends Store {
  put(kind: string, id: string, scope: string, f: Record<string, Value>): void;
  /** The next edit is refused, as by a dead database. */
  failNext(): void;
  readonly edits: Edit[][];
  owners: Map<string, "ours" | "sister">;
  ratings: Map<string, NonNullable<Snapshot>>;
}

export const QUIET: SyncState = {
  phase: "saved",
  sent: 0,
  total: 0,
  needs: [],
  outbox: 0,
  photos: 0,
  photoBytes: 0,
  storage: "fine",
  persisted: true,
};

export function sampleStore(): SampleStore {
  const records = new Map<string, Map<string, Rec>>();
  const lists = new Map<string, readonly Rec[]>();
  const thumbs = new Map<string, ArrayBuffer>();
  const edits: Edit[][] = [];
  let failing = false;

  function write(
    kind: string,
    id: string,
    scope: string,
    f: Record<string, Value>,
    waiting: boolean,
  ): void {
    const of = records.get(kind) ?? new Map<string, Rec>();
    records.set(kind, of);
    const known = of.get(id);
    of.set(id, { kind, id, scope: known?.scope ?? scope, f: { ...known?.f, ...f }, waiting });
    for (const key of lists.keys()) if (key.startsWith(`${kind}:`)) lists.delete(key);
  }
  async function edit(batch: Edit[], photos: PhotoBytes[] = []): Promise<"saved" | "not_saved"> {
    await Promise.resolve();
    if (failing) {
      failing = false;
      return "not_saved";
    }
    edits.push(batch);
    for (const each of batch) write(each.kind, each.id, each.scope, each.set, true);
    for (const photo of photos) thumbs.set(photo.sha256, photo.thumb);
    store.sync.value = { ...store.sync.value, outbox: store.sync.value.outbox + batch.length };
    store.version.value += 1;
    return "saved";
  }
  const store: SampleStore = {
    me: {
      user_id: "u1",
      name: "Sam Carter",
      organisation_id: "00000000-0000-4000-8000-000000000001",
    },
    version: signal(1),
    edits,
    owners: new Map(),
    ratings: new Map(),
    list(kind, scope) {
      const key = `${kind}:${scope ?? ""}`;
      let list = lists.get(key);
      if (!list) {
        const all = [...(records.get(kind)?.values() ?? [])];
        list = scope === undefined ? all : all.filter((rec) => rec.scope === scope);
        lists.set(key, list);
      }
      return list;
    },
    get: (kind, id) => records.get(kind)?.get(id),
    edit,
    undo: (batch) => edit(batch),
    thumb: async (sha) => thumbs.get(sha),
    async download(visit, progress) {
      for (let done = 0; done <= 10; done += 5) progress(done, 10);
      store.downloaded.value = [...store.downloaded.value, visit];
      return { ready: true };
    },
    downloaded: signal<readonly string[]>([]),
    visits: signal<readonly VisitItem[]>([]),
    codeOwner: (code) => store.owners.get(code) ?? "unknown",
    rating: (kind, id) => store.ratings.get(`${kind}:${id}`),
    ratedAt: signal<number | undefined>(undefined),
    sync: signal<SyncState>(QUIET),
    syncNow: () => undefined,
    exportUnsent: async () => new Blob(["{}"]),
    async dismiss(mid) {
      const { needs } = store.sync.value;
      store.sync.value = { ...store.sync.value, needs: needs.filter((need) => need.mid !== mid) };
    },
    put: (kind, id, scope, f) => write(kind, id, scope, f, false),
    failNext() {
      failing = true;
    },
  };
  return store;
}
