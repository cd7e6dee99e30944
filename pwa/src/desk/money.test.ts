import { describe, expect, it } from "vitest";
import {
  exactPounds,
  plainPounds,
  readPounds,
  shortPounds,
  thousands,
  wholePounds,
  wholeThousands,
} from "./money";

describe("money in a matrix cell", () => {
  it.each([
    [0, "£0"],
    [82_000, "£820"],
    [99_949, "£999"],
    [99_960, "£1.0k"],
    [160_000, "£1.6k"],
    [105_000, "£1.1k"],
    [994_900, "£9.9k"],
    [995_000, "£10k"],
    [2_200_000, "£22k"],
    [99_949_900, "£999k"],
    [99_950_000, "£1.0m"],
    [262_162_000, "£2.6m"],
  ])("writes %d pence as %s", (pence, words) => expect(shortPounds(pence)).toBe(words));
});

describe("money elsewhere", () => {
  it("rounds to whole pounds and groups by thousands", () => {
    expect(wholePounds(92_018_349)).toBe("£920,183");
    expect(wholePounds(92_018_350)).toBe("£920,184");
  });
  it("opens to the exact pence", () => {
    expect(exactPounds(92_018_349)).toBe("£920,183.49");
    expect(exactPounds(5)).toBe("£0.05");
  });
  it("puts a minus before the pound sign", () => {
    expect(wholePounds(-2_726_000)).toBe("−£27,260");
  });
  it("leaves the pound sign to the heading of a money table", () => {
    expect(plainPounds(3_131_240, false)).toBe("31,312");
    expect(plainPounds(3_131_240, true)).toBe("31,312.40");
  });
  it("writes planner bars in thousands with one decimal", () => {
    expect(thousands(5_040_000)).toBe("50.4");
    expect(thousands(94_900)).toBe("0.9");
  });
  it("writes the overhang in whole thousands, but never a due amount as nothing", () => {
    expect(wholeThousands(11_020_000)).toBe("110k");
    expect(wholeThousands(20_000)).toBe("0.2k");
    expect(wholeThousands(0)).toBe("0");
  });
});

describe("reading an amount somebody typed", () => {
  it("takes pounds with or without sign, commas and pence", () => {
    expect(readPounds("£1,850.5")).toBe(185_050);
    expect(readPounds("185000")).toBe(18_500_000);
  });
  it("refuses what is not an amount in pounds", () => {
    for (const text of ["185k", "", "-5", "1.234", "ten"]) expect(readPounds(text)).toBeNull();
  });
});
