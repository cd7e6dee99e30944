// Watches the camera's picture for codes: a fast pass on each frame, a hard one on each sixth.

import workerUrl from "./barcode.worker.ts?worker&url";
import type { BarcodeAnswer, BarcodeAsk } from "./barcode-messages";
import type { BarcodePort, Scan } from "./ports";
import { trustedScript } from "./trusted";
import { WorkerCalls } from "./worker-calls";

const HARD_EVERY = 6;
const CROP = { width: 1280, height: 720 };

/** The middle of the picture, at most 1280 × 720: more pixels cost time and find nothing. */
export function cropOf(
  width: number,
  height: number,
): [x: number, y: number, w: number, h: number] {
  const w = Math.min(width, width >= height ? CROP.width : CROP.height);
  const h = Math.min(height, width >= height ? CROP.height : CROP.width);
  return [Math.floor((width - w) / 2), Math.floor((height - h) / 2), w, h];
}

export function isHardPass(frame: number, serial: boolean): boolean {
  return serial || frame % HARD_EVERY === 0;
}

export class Barcode implements BarcodePort {
  readonly #calls = new WorkerCalls<BarcodeAsk, BarcodeAnswer>(
    () => new Worker(trustedScript(workerUrl), { type: "module" }),
  );

  async ready(): Promise<boolean> {
    const answer = await this.#calls.call((id) => ({ id, what: "ready" }));
    return answer?.ok === true;
  }

  async read(picture: ImageBitmap): Promise<Scan[]> {
    const answer = await this.#ask(picture, true);
    return answer?.scans ?? [];
  }

  watch(
    video: HTMLVideoElement,
    found: (scan: Scan) => void,
    { serial = false }: { serial?: boolean } = {},
  ): () => void {
    let stopped = false;
    let busy = false;
    let frame = 0;
    const look = async (): Promise<void> => {
      if (busy || video.videoWidth === 0) return;
      busy = true;
      try {
        frame += 1;
        const crop = cropOf(video.videoWidth, video.videoHeight);
        const picture = await createImageBitmap(video, ...crop);
        const answer = await this.#ask(picture, isHardPass(frame, serial));
        if (!stopped) for (const scan of answer?.scans ?? []) found(scan);
      } catch {
        // No picture at this very moment: the next frame will have one.
      } finally {
        busy = false;
      }
    };
    const next = (): void => {
      if (stopped) return;
      void look();
      onFrame(video, next);
    };
    onFrame(video, next);
    return () => {
      stopped = true;
    };
  }

  #ask(picture: ImageBitmap, hard: boolean): Promise<BarcodeAnswer | undefined> {
    return this.#calls.call((id) => ({ id, what: "read", picture, hard }), [picture]);
  }
}

function onFrame(video: HTMLVideoElement, run: () => void): void {
  if ("requestVideoFrameCallback" in video) video.requestVideoFrameCallback(run);
  else requestAnimationFrame(run);
}
