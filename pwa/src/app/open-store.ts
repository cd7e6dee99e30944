// Puts the real adapters together: this person's database on this tablet, the wire, the ports.
import { Connection, databaseName } from "../data/connection";
import { IdbDisk } from "../data/disk";
import { TabletStore } from "../data/store";
import type { Session } from "../domain/generated/accounts";
import { BrowserNetwork } from "../platform/network";
import type { BarcodePort, StoragePort } from "../platform/ports";
import { BrowserTime, browserTimer, turn } from "../platform/time";
import { freshMeta } from "../sync/held";
import { HttpTransport } from "../sync/http";
import type { Heard } from "../sync/journal";
import { byLease, byLock } from "../sync/leader";
import { sliced } from "../sync/pause";
import { deviceId } from "./session";
import { precacheState } from "./updates";

declare const __APP_BUILD__: string;

export interface Opening {
  session: Session;
  barcode: BarcodePort;
  storage: StoragePort;
  /** Another tab wants a newer database: this page must be loaded again. */
  outdated: () => void;
}

export async function openStore({
  session,
  barcode,
  storage,
  outdated,
}: Opening): Promise<TabletStore> {
  const name = databaseName(session.user.id, session.organisation.id);
  const device = await deviceId();
  const connection = new Connection(name, { outdated });
  const disk = new IdbDisk(connection, () => freshMeta(crypto.randomUUID(), device));
  const tabs = "BroadcastChannel" in globalThis ? new BroadcastChannel(name) : undefined;
  const store = await TabletStore.open({
    session,
    disk,
    transport: new HttpTransport({ organisation: session.organisation.id }),
    storage,
    network: new BrowserNetwork(),
    time: new BrowserTime(),
    timer: browserTimer,
    pause: sliced(() => performance.now(), turn),
    random: Math.random,
    alone:
      "locks" in navigator ? byLock(`sync:${name}`) : byLease(disk, crypto.randomUUID(), Date.now),
    ...(tabs ? { tell: (heard: Heard) => tabs.postMessage(heard) } : {}),
    precached: async () => (await precacheState())?.ok ?? false,
    decoder: () => barcode.ready(),
    build: __APP_BUILD__,
  });
  tabs?.addEventListener("message", (event: MessageEvent<Heard>) => void store.follow(event.data));
  return store;
}
