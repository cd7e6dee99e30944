// Resumable uploads in memory, for tests: stored only once the hash of all bytes was checked.
import { answer } from "./fake-answer";
import { sha256Hex } from "./hash";
import type { Answer, Ask } from "./transport";

export class FakeUploads {
  readonly stored = new Map<string, ArrayBuffer>();
  /** Bytes damaged on their way, once. */
  damageNext = false;
  /** What every announcement is refused with. */
  refuseWith: number | undefined;
  readonly #uploads = new Map<string, { size: number; bytes: Uint8Array<ArrayBuffer> }>();

  async take(ask: Ask, sha: string): Promise<Answer> {
    if (ask.method === "POST") {
      if (this.refuseWith) return answer(this.refuseWith);
      const { sha256, size } = ask.json as { sha256: string; size: number };
      if (this.stored.has(sha256)) return answer(200, { state: "stored", offset: size });
      const known = this.#uploads.get(sha256) ?? { size, bytes: new Uint8Array(0) };
      this.#uploads.set(sha256, known);
      return answer(200, { state: "partial", offset: known.bytes.length });
    }
    const upload = this.#uploads.get(sha);
    if (!upload) return answer(404);
    if (ask.method === "HEAD")
      return answer(200, {}, { "Upload-Offset": String(upload.bytes.length) });
    if (Number(ask.headers?.["Upload-Offset"]) !== upload.bytes.length) return answer(409);
    const more = new Uint8Array(ask.bytes?.slice(0) ?? new ArrayBuffer(0));
    if (this.damageNext) {
      more[0] = (more[0] ?? 0) ^ 0xff;
      this.damageNext = false;
    }
    upload.bytes = new Uint8Array([...upload.bytes, ...more]);
    if (upload.bytes.length < upload.size) return answer(204);
    const whole = upload.bytes.buffer;
    if ((await sha256Hex(whole)) !== sha) {
      upload.bytes = new Uint8Array(0);
      return answer(460);
    }
    this.stored.set(sha, whole);
    return answer(204);
  }
}
