// What the app asks of the device. Each port has a real adapter beside it and a fake for tests.
import type { Scan } from "./barcode-messages";
import type { ImageProblem, ShrunkPhoto } from "./image-messages";

export type { Scan } from "./barcode-messages";
export type { ImageProblem, ShrunkPhoto } from "./image-messages";

export type CameraState = "off" | "starting" | "on" | "refused" | "missing" | "lost";

export interface CameraLens {
  id: string;
  label: string;
}

export interface CameraPort {
  readonly state: {
    readonly value: CameraState;
    subscribe(run: (s: CameraState) => void): () => void;
  };
  /** Opens the one stream of this session, or gives the one that is open. Call it from a tap. */
  start(video: HTMLVideoElement): Promise<CameraState>;
  /** Leaves the stream open but detaches the picture; `close` ends it. */
  pause(): void;
  restart(): Promise<CameraState>;
  close(): void;
  lenses(): Promise<CameraLens[]>;
  useLens(id: string): Promise<CameraState>;
  can(): { torch: boolean; zoom: { min: number; max: number } | undefined };
  setTorch(on: boolean): Promise<boolean>;
  setZoom(times: number): Promise<boolean>;
  /** A still of what the camera sees, for a photo; undefined when there is no picture. */
  still(): Promise<ImageBitmap | undefined>;
}

export interface BarcodePort {
  /** Decode frames of the video until stopped. Busy frames are dropped. Returns stop. */
  watch(
    video: HTMLVideoElement,
    found: (scan: Scan) => void,
    options?: { serial?: boolean },
  ): () => void;
  /** Resolves true once the decoder is loaded: part of "ready for offline". */
  ready(): Promise<boolean>;
  /** One picture, hard pass: the serial on a plate, or a test. */
  read(picture: ImageBitmap): Promise<Scan[]>;
}

export interface ImagePort {
  /** Long edge 1600 px (2048 for labels) JPEG, thumb 320 px, SHA-256 of the JPEG. */
  shrink(
    source: Blob | ImageBitmap,
    options?: { label?: boolean },
  ): Promise<ShrunkPhoto | ImageProblem>;
}

export interface StorageNow {
  usage: number | undefined;
  quota: number | undefined;
  persisted: boolean | undefined;
}

export interface StoragePort {
  /** Ask the browser to keep our data; its answer, or undefined when it cannot say. */
  persist(): Promise<boolean | undefined>;
  now(): Promise<StorageNow>;
  /** An iPad or iPhone tab that is not on the home screen may lose data: a visit is refused there. */
  isUninstalledAppleTab(): boolean;
  isInstalled(): boolean;
}

export interface NetworkPort {
  /** false is sure; true only means that it is worth a try. */
  online(): boolean;
  visible(): boolean;
  /** Online again, visible again, or a page shown again. Returns stop. */
  onWake(run: () => void): () => void;
}

export interface TimePort {
  wall(): number;
  /** [id of this page's session, milliseconds since it began], unmoved by the wall clock. */
  mono(): [session: string, ms: number];
}
