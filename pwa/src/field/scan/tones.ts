// A sound and a flash for each outcome, so that eyes can stay on the shelf.
import { signal } from "@preact/signals";
import type { OutcomeKind } from "./model";

/** Frequency in Hz and length in ms, one after another. */
const TONES: Record<OutcomeKind, readonly [number, number][]> = {
  found: [[880, 90]],
  again: [
    [660, 60],
    [660, 60],
  ],
  wrong_room: [
    [520, 110],
    [390, 150],
  ],
  room: [
    [660, 80],
    [990, 120],
  ],
  unknown: [
    [440, 100],
    [550, 100],
    [440, 100],
  ],
  sister: [[330, 220]],
  not_ours: [[330, 220]],
  mistyped: [[220, 220]],
  not_a_tag: [[220, 220]],
};

let context: AudioContext | undefined;

/** Call from a tap: browsers keep sound locked until then. */
export function unlockSound(): void {
  try {
    context ??= new AudioContext();
    if (context.state !== "running") void context.resume();
  } catch {
    context = undefined;
  }
}

export function tone(kind: OutcomeKind): void {
  if (!context) return;
  // After a screen lock iOS leaves it "interrupted": ask again each time.
  if (context.state !== "running") void context.resume();
  let at = context.currentTime;
  for (const [hertz, ms] of TONES[kind]) {
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    oscillator.frequency.value = hertz;
    gain.gain.setValueAtTime(0.25, at);
    gain.gain.exponentialRampToValueAtTime(0.001, at + ms / 1000);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(at);
    oscillator.stop(at + ms / 1000);
    at += ms / 1000 + 0.03;
  }
}

/** The last outcome, for the words and the frame over the picture. */
export const lastFlash = signal<{ kind: OutcomeKind; n: number } | undefined>(undefined);

export function flash(kind: OutcomeKind): void {
  lastFlash.value = { kind, n: (lastFlash.value?.n ?? 0) + 1 };
}
