// The first 48 bits of a text's SHA-256, at once: asking the browser for ten thousand short ones takes longer.

const BLOCK = 64;
const START = new Int32Array(8);
const ROUND = new Int32Array(BLOCK);
const words = new Int32Array(BLOCK);
const hash = new Int32Array(8);
const encoder = new TextEncoder();
let bytes = new Uint8Array(4096);

/** FIPS 180-4: fractions of the square and cube roots of the first primes. */
function constants(): void {
  const primes: number[] = [];
  for (let n = 2; primes.length < BLOCK; n += 1) {
    if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  }
  const fraction = (root: number): number => (root % 1) * 2 ** 32;
  START.set(primes.slice(0, START.length).map((prime) => fraction(Math.sqrt(prime))));
  ROUND.set(primes.map((prime) => fraction(Math.cbrt(prime))));
}
/** Returns how many bytes to hash: the text, a 1 bit, zeros, and its length in bits. */
function pad(text: string): number {
  const most = text.length * 3 + 2 * BLOCK;
  if (bytes.length < most) bytes = new Uint8Array(most * 2);
  const { written } = encoder.encodeInto(text, bytes);
  const length = Math.ceil((written + 9) / BLOCK) * BLOCK;
  bytes.fill(0, written, length);
  bytes[written] = 0x80;
  new DataView(bytes.buffer).setUint32(length - 4, written * 8);
  return length;
}

/** The block's words, and those that follow from them. */
function spread(from: Uint8Array, at: number, w: Int32Array): void {
  for (let t = 0, i = at; t < 16; t += 1, i += 4) {
    const high = ((from[i] as number) << 24) | ((from[i + 1] as number) << 16);
    w[t] = high | ((from[i + 2] as number) << 8) | (from[i + 3] as number);
  }
  for (let t = 16; t < BLOCK; t += 1) {
    const x = w[t - 15] as number;
    const y = w[t - 2] as number;
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[t] = (w[t - 16] as number) + s0 + (w[t - 7] as number) + s1;
  }
}

/** Plain variables: in an array or with a spread this takes three times as long. */
function mix(sum: Int32Array, w: Int32Array, k: Int32Array): void {
  let a = sum[0] as number;
  let b = sum[1] as number;
  let c = sum[2] as number;
  let d = sum[3] as number;
  let e = sum[4] as number;
  let f = sum[5] as number;
  let g = sum[6] as number;
  let h = sum[7] as number;
  for (let t = 0; t < BLOCK; t += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const step = (h + s1 + (g ^ (e & (f ^ g))) + (k[t] as number) + (w[t] as number)) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const next = (step + s0 + ((a & b) | (c & (a | b)))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + step) | 0;
    d = c;
    c = b;
    b = a;
    a = next;
  }
  sum[0] = (sum[0] as number) + a;
  sum[1] = (sum[1] as number) + b;
  sum[2] = (sum[2] as number) + c;
  sum[3] = (sum[3] as number) + d;
  sum[4] = (sum[4] as number) + e;
  sum[5] = (sum[5] as number) + f;
  sum[6] = (sum[6] as number) + g;
  sum[7] = (sum[7] as number) + h;
}

export function sha256First48(text: string): number {
  if (ROUND[0] === 0) constants();
  const length = pad(text);
  hash.set(START);
  for (let at = 0; at < length; at += BLOCK) {
    spread(bytes, at, words);
    mix(hash, words, ROUND);
  }
  return ((hash[0] as number) >>> 0) * 2 ** 16 + ((hash[1] as number) >>> 16);
}
