// Long work in slices: between two of them the page may paint, and hear the finger that taps it.

/** A promise: wait for it before going on. Undefined: the slice is not used up yet. */
export type Pause = () => Promise<void> | undefined;

/** For tests and other places where nobody waits for a frame. */
export const NO_PAUSE: Pause = () => undefined;

/** At a quarter of a desk's speed a slice and what comes with it still fit well into 100 ms. */
const SLICE_MS = 12;

export function sliced(now: () => number, turn: () => Promise<void>): Pause {
  let began = Number.NEGATIVE_INFINITY;
  return () => {
    if (now() - began < SLICE_MS) return undefined;
    return turn().then(() => {
      began = now();
    });
  };
}
