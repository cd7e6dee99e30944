// Seeded chance, for tests: the same seed makes the same story, turn by turn.

export type Chance = () => number;

export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function pick<T>(chance: Chance, list: readonly T[]): T {
  return list[Math.floor(chance() * list.length)] as T;
}

/**
 * Extra turns at an await: no number of them may change what is right. Mostly a few of this task,
 * sometimes so many that a whole round of another tab goes by.
 */
export async function letOthersGo(chance: Chance): Promise<void> {
  const luck = chance();
  const turns = luck < 0.02 ? 2000 : Math.floor(luck * 30);
  for (let left = turns; left > 0; left -= 1) await Promise.resolve();
}

/**
 * Stands for SHA-256 in a story: the real one comes back when a thread of the machine has done it,
 * so that the same seed would not make the same story. No hash of ours is known outside a story.
 */
export async function hashInTurn(_: unknown, data: BufferSource): Promise<ArrayBuffer> {
  const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : viewOf(data);
  const out = new DataView(new ArrayBuffer(32));
  for (let word = 0; word < 8; word += 1) {
    let h = 0x811c9dc5 ^ word;
    for (const byte of bytes) h = Math.imul(h ^ byte, 0x01000193);
    out.setUint32(word * 4, h >>> 0);
  }
  return out.buffer;
}

function viewOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
