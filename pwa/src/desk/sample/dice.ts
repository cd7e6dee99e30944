/** Repeatable chance for the invented data: the same seed gives the same trust. */

export interface Dice {
  readonly next: () => number;
  readonly upTo: (n: number) => number;
  readonly pick: <T>(from: readonly [T, ...T[]]) => T;
}

/** Mulberry32. */
export function dice(seed: number): Dice {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 4_294_967_296;
  };
  const upTo = (n: number): number => Math.floor(next() * n);
  return { next, upTo, pick: (from) => from[upTo(from.length)] ?? from[0] };
}

/** A UUID-shaped id from words, for invented records only. */
export function sampleId(...parts: (string | number)[]): string {
  let hash = 2_166_136_261;
  for (const letter of parts.join(":")) {
    hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 16_777_619);
  }
  const hex = (hash >>> 0).toString(16).padStart(8, "0");
  return `${hex}-0000-4000-8000-${hex}0000`;
}
