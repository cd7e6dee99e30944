// Hashes: SHA-1 at once (ids are minted while a person taps), SHA-256 from the browser.

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export async function sha256(data: ArrayBuffer | Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", data));
}

export async function sha256Hex(data: ArrayBuffer | string): Promise<string> {
  return toHex(await sha256(typeof data === "string" ? new TextEncoder().encode(data) : data));
}

const rotate = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

function paddedWords(message: Uint8Array): DataView {
  const length = Math.ceil((message.length + 9) / 64) * 64;
  const view = new DataView(new ArrayBuffer(length));
  for (const [i, byte] of message.entries()) view.setUint8(i, byte);
  view.setUint8(message.length, 0x80);
  view.setUint32(length - 4, message.length * 8);
  return view;
}

function mix(round: number, b: number, c: number, d: number): number {
  if (round < 20) return ((b & c) | (~b & d)) + 0x5a827999;
  if (round < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  if (round < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
  return (b ^ c ^ d) + 0xca62c1d6;
}

/** SHA-1 (FIPS 180-4), for UUIDv5 only: never for security. Messages below 512 MiB. */
export function sha1(message: Uint8Array): Uint8Array {
  const view = paddedWords(message);
  const h: [number, number, number, number, number] = [
    0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0,
  ];
  const w = new Int32Array(80);
  for (let at = 0; at < view.byteLength; at += 64) {
    for (let t = 0; t < 16; t += 1) w[t] = view.getInt32(at + t * 4);
    for (let t = 16; t < 80; t += 1) {
      w[t] = rotate(word(w, t - 3) ^ word(w, t - 8) ^ word(w, t - 14) ^ word(w, t - 16), 1);
    }
    let [a, b, c, d, e] = h;
    for (let t = 0; t < 80; t += 1) {
      const next = (rotate(a, 5) + mix(t, b, c, d) + e + word(w, t)) | 0;
      [e, d, c, b, a] = [d, c, rotate(b, 30), a, next];
    }
    for (const [i, part] of [a, b, c, d, e].entries()) h[i] = ((h[i] ?? 0) + part) | 0;
  }
  const out = new DataView(new ArrayBuffer(20));
  for (const [i, part] of h.entries()) out.setInt32(i * 4, part);
  return new Uint8Array(out.buffer);
}

function word(words: Int32Array, at: number): number {
  return words[at] ?? 0;
}
