// Photos made small in a worker, with their thumbnail and hash.

import workerUrl from "./image.worker.ts?worker&url";
import type { ImageAnswer, ImageAsk } from "./image-messages";
import type { ImagePort, ImageProblem, ShrunkPhoto } from "./ports";
import { trustedScript } from "./trusted";
import { WorkerCalls } from "./worker-calls";

const EDGE = 1600;
const LABEL_EDGE = 2048;

export class ImageShrinker implements ImagePort {
  readonly #calls = new WorkerCalls<ImageAsk, ImageAnswer>(
    () => new Worker(trustedScript(workerUrl), { type: "module" }),
  );

  async shrink(
    source: Blob | ImageBitmap,
    { label = false }: { label?: boolean } = {},
  ): Promise<ShrunkPhoto | ImageProblem> {
    const edge = label ? LABEL_EDGE : EDGE;
    const moved = source instanceof ImageBitmap ? [source] : [];
    const answer = await this.#calls.call((id) => ({ id, source, edge }), moved);
    if (!answer) return "failed";
    return "photo" in answer ? answer.photo : answer.problem;
  }
}
