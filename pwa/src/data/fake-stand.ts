// A store for tests: real engine, a disk of the test's choice, a server and an API in memory.
import type { Session } from "../domain/generated/accounts";
import type { VisitItem } from "../domain/generated/audits";
import type { Snapshot } from "../domain/generated/ratings";
import { FakeNetwork, FakeStorage, FakeTime, FakeTimer } from "../platform/fakes";
import { answer } from "../sync/fake-answer";
import { FakeServer } from "../sync/fake-server";
import { sha256Hex } from "../sync/hash";
import { freshMeta } from "../sync/held";
import { type Answer, type Ask, NOBODY, type Transport } from "../sync/transport";
import { Connection } from "./connection";
import { IdbDisk } from "./disk";
import { TabletStore } from "./store";
import type { PhotoBytes } from "./types";

export const [ORGANISATION, SCHOOL, VISIT] = ["organisation", "school-1", "visit-1"];
export const SESSION: Session = {
  user: { id: "user", name: "A. Walker", email: "a@example.org" },
  organisation: { id: ORGANISATION, name: "Trust", kind: "trust" },
  organisations: [],
  roles: ["consultant"],
  schools: [],
};
export const CARD = { id: VISIT, name: "Autumn", school_id: SCHOOL, state: "open" } as VisitItem;

export class Api implements Transport {
  readonly sync = new FakeServer();
  isDown = false;
  counts: Record<string, number> = { school: 1, asset: 2 };
  ratings: Snapshot = { as_at: 7, items: [["asset", "a1", "red"]] };

  constructor() {
    for (const scope of [ORGANISATION, SCHOOL, VISIT]) this.sync.addScope(scope);
    this.sync.write(SCHOOL, "school", SCHOOL, { name: "Oak" });
    this.sync.write(SCHOOL, "asset", "a1", { name: "Laptop" });
    this.sync.write(SCHOOL, "asset", "a2", { name: "Board" });
  }
  async send(ask: Ask): Promise<Answer> {
    if (this.isDown) return NOBODY;
    if (!ask.path.startsWith("/api/")) return this.sync.send(ask);
    if (!this.sync.signedIn || this.sync.shutOut) return answer(401);
    if (ask.path === "/api/visits") return answer(200, { items: [CARD] });
    if (ask.path.endsWith("/manifest")) return answer(200, { counts: this.counts, bytes: 1 });
    if (ask.path === "/api/tag-index") {
      return answer(200, {
        as_at: 5,
        codes: [
          ["K7M42QXZ", SCHOOL],
          ["P3TD8W65", "other"],
          ["R5NF4HJW", null],
        ],
      });
    }
    return answer(200, this.ratings);
  }
}

let stands = 0;

/** One tablet on which a visit is ready, and the server that it speaks with. */
export class Stand {
  readonly api = new Api();
  readonly #timer = new FakeTimer();

  get server(): FakeServer {
    return this.api.sync;
  }

  async ready(disk?: IdbDisk): Promise<TabletStore> {
    stands += 1;
    const connection = new Connection(`stand-${stands}`);
    const store = await TabletStore.open({
      session: SESSION,
      disk: disk ?? new IdbDisk(connection, () => freshMeta("client-a", "device-a")),
      transport: this.api,
      storage: new FakeStorage(),
      network: new FakeNetwork(),
      time: new FakeTime(),
      timer: this.#timer,
      random: () => 1,
      alone: async (work) => {
        await work();
        return true;
      },
      precached: async () => true,
      decoder: async () => true,
      build: "test",
    });
    await this.round(store);
    await store.download(VISIT, () => {});
    return store;
  }

  /** Let the round that a timer starts come to its end. */
  async round(store: TabletStore): Promise<void> {
    store.syncNow();
    this.#timer.fire();
    while (this.#timer.waiting.length === 0) await new Promise((go) => setTimeout(go));
  }
}

export async function somePhoto(): Promise<PhotoBytes> {
  const bytes = new TextEncoder().encode("a photo").buffer as ArrayBuffer;
  return { sha256: await sha256Hex(bytes), mime: "image/jpeg", bytes, thumb: new ArrayBuffer(2) };
}
