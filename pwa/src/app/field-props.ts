// What the shell hands to the field app: the data, who is signed in, the ports and the update prompt.
import type { Signal } from "@preact/signals";
import type { Store } from "../data/types";
import type { Session } from "../domain/generated/accounts";
import type { BarcodePort, CameraPort, ImagePort, StoragePort } from "../platform/ports";
import type { Router } from "./router";

export interface Ports {
  camera: CameraPort;
  barcode: BarcodePort;
  image: ImagePort;
  storage: StoragePort;
}

export interface Updates {
  /** True when a new version has been fetched and waits for the person's word. */
  readonly waiting: Signal<boolean>;
  /** Take the new version: the page reloads once it is in charge. */
  take(): Promise<void>;
  readonly build: Signal<string | undefined>;
}

export interface FieldProps {
  store: Store;
  session: Session;
  router: Router;
  ports: Ports;
  updates: Updates;
  /** Locks this person's data on the tablet and leaves; deletes nothing. */
  signOut(): Promise<void>;
}
