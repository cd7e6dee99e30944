import { describe, expect, test } from "vitest";
import { createWedge } from "./wedge";

function type(text: string, gap: number, from = 0): (string | undefined)[] {
  const wedge = createWedge();
  return [...text].map((key, i) =>
    wedge.press({ key: key === "\n" ? "Enter" : key, at: from + i * gap }),
  );
}

describe("a hand scanner", () => {
  test("types a burst that ends in Enter", () => {
    expect(type("K7M42QXZ\n", 12).at(-1)).toBe("K7M42QXZ");
  });

  test("is not a person typing the same text slowly", () => {
    expect(type("K7M42QXZ\n", 120).at(-1)).toBeUndefined();
  });

  test("needs at least six characters", () => {
    expect(type("K7M42\n", 12).at(-1)).toBeUndefined();
  });

  test("starts afresh after a pause, so that a stray key before it does no harm", () => {
    const wedge = createWedge();
    wedge.press({ key: "x", at: 0 });
    const burst = [..."K7M42QXZ"].map((key, i) => wedge.press({ key, at: 900 + i * 10 }));
    expect(burst.every((each) => each === undefined)).toBe(true);
    expect(wedge.press({ key: "Tab", at: 985 })).toBe("K7M42QXZ");
  });

  test("may hold Shift between characters", () => {
    const wedge = createWedge();
    const keys = ["Shift", "K", "7", "Shift", "M", "4", "2", "Q"];
    keys.forEach((key, i) => {
      wedge.press({ key, at: i * 10 });
    });
    expect(wedge.press({ key: "Enter", at: 80 })).toBe("K7M42Q");
  });
});
