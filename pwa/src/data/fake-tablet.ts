// One tablet before a server in memory, for tests of the Store: real engine, real IndexedDB.
import "fake-indexeddb/auto";
import { expect } from "vitest";
import type { Session } from "../domain/generated/accounts";
import { FakeNetwork, FakeStorage, FakeTime, FakeTimer } from "../platform/fakes";
import { freshMeta, type Meta } from "../sync/held";
import { Connection } from "./connection";
import { IdbDisk } from "./disk";
import { FakeApi, ORGANISATION, VISIT } from "./fake-api";
import { TabletStore } from "./store";

const SESSION: Session = {
  user: { id: "user", name: "A. Walker", email: "a@example.org" },
  organisation: { id: ORGANISATION, name: "Trust", kind: "trust" },
  organisations: [],
  roles: ["consultant"],
  schools: [],
};
let tablets = 0;

export const freshTablet = (): Meta => freshMeta("client-a", "device-a");

export class FakeTablet {
  readonly api = new FakeApi();
  readonly storage = new FakeStorage();
  hasDecoder = true;
  /** Of the store that was opened last. */
  connection: Connection;
  private readonly name: string;
  private readonly time = new FakeTime();
  private readonly timer = new FakeTimer();

  constructor() {
    tablets += 1;
    this.name = `store-${tablets}`;
    this.connection = new Connection(this.name);
  }

  /** Open the store: for the first time, or after a cold start. */
  open(onDisk?: (connection: Connection) => IdbDisk): Promise<TabletStore> {
    this.connection = new Connection(this.name);
    const fresh = (held: Connection): IdbDisk => new IdbDisk(held, freshTablet);
    return TabletStore.open({
      session: SESSION,
      disk: (onDisk ?? fresh)(this.connection),
      transport: this.api,
      storage: this.storage,
      network: new FakeNetwork(),
      time: this.time,
      timer: this.timer,
      random: () => 1,
      alone: async (work) => {
        await work();
        return true;
      },
      precached: async () => true,
      decoder: async () => this.hasDecoder,
      build: "test",
    });
  }

  /** Let the round that a timer starts come to its end. */
  async round(store: TabletStore): Promise<void> {
    store.syncNow();
    this.timer.fire();
    while (this.timer.waiting.length === 0) await new Promise((go) => setTimeout(go));
  }

  /** Open a store with the visit downloaded. */
  async ready(onDisk?: (connection: Connection) => IdbDisk): Promise<TabletStore> {
    const store = await this.open(onDisk);
    await this.round(store);
    expect(await store.download(VISIT, () => {})).toEqual({ ready: true });
    return store;
  }
}
