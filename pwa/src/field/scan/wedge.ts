// A hand scanner types like a very fast keyboard: a burst of keys that ends in Enter or Tab.

const SHORTEST = 6;
const LONGEST_GAP_MS = 35;

export interface Key {
  key: string;
  at: number;
}

export interface Wedge {
  /** The scanned text when this key ends a burst; else undefined. */
  press(key: Key): string | undefined;
}

/** Bursts of at least six characters, less than 35 ms apart; slower keys are a person typing. */
export function createWedge(): Wedge {
  let burst = "";
  let last = Number.NEGATIVE_INFINITY;
  return {
    press({ key, at }) {
      const quick = at - last <= LONGEST_GAP_MS;
      last = at;
      if (key === "Enter" || key === "Tab") {
        const whole = quick && burst.length >= SHORTEST ? burst : undefined;
        burst = "";
        return whole;
      }
      if (key.length !== 1) {
        if (key !== "Shift") burst = "";
        return undefined;
      }
      burst = quick ? burst + key : key;
      return undefined;
    },
  };
}
