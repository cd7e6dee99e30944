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

/** Another organisation of the person who is signed in. */
export interface Other {
  id: string;
  /** Unknown for one that shut them out before this tablet kept its name. */
  name: string | undefined;
  /** False when it shut the person out: the tablet hands in what is left. */
  mayEnter: boolean;
  changes: number;
  photos: number;
}

export interface Others {
  readonly list: Signal<readonly Other[]>;
  refresh(): Promise<void>;
  /** Send what is left of those that shut the person out. */
  handIn(): Promise<void>;
  /** Leave this page for the same app with that organisation's work, after a sign-in where it needs one. */
  enter(organisation: string, next?: string): Promise<"left" | "no_signal">;
}

export interface FieldProps {
  store: Store;
  session: Session;
  router: Router;
  ports: Ports;
  updates: Updates;
  others: Others;
  /** Locks this person's data on the tablet and leaves; deletes nothing. */
  signOut(): Promise<void>;
}
