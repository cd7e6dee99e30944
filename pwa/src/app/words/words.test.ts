import { describe, expect, test } from "vitest";
import { enGB } from "./en-GB";
import { enGBLater } from "./en-GB.later";
import { t, word } from "./index";
import { ENGLISH, translator } from "./translate";

describe("t()", () => {
  test("fills in facts and writes numbers the British way", () => {
    expect(t("count.of", { n: 1240, of: 2000 })).toBe("1,240 of 2,000");
  });

  test.each([
    [0, "0"],
    [999, "999"],
    [1000, "1,000"],
    [-1, "-1"],
    [0.5, "0.5"],
  ])("writes %d as a formatter would", (n, words) => {
    expect(t("ring.of", { n })).toBe(`of ${words}`);
  });

  test("says any number as a formatter would", () => {
    const format = new Intl.NumberFormat("en-GB");
    const plurals = new Intl.PluralRules("en-GB");
    for (let n = 0.001; n < 1e12; n *= 1.37) {
      for (const one of [n, -n, Math.trunc(n)]) {
        expect(ENGLISH.number(one)).toBe(format.format(one));
      }
      expect(ENGLISH.plural(Math.trunc(n))).toBe(plurals.select(Math.trunc(n)));
    }
  });

  test("chooses the plural form by n", () => {
    expect(t("leave.title", { n: 1 })).toBe("1 device was not seen");
    expect(t("leave.title", { n: 3 })).toBe("3 devices were not seen");
  });

  test("knows the six plural forms of Welsh", () => {
    const cy = translator(
      { dog: { zero: "{n} cŵn", one: "{n} ci", two: "{n} gi", few: "{n} chi", other: "{n} ci" } },
      { plural: (n) => new Intl.PluralRules("cy").select(n), number: String },
    );
    expect([0, 1, 2, 3, 10].map((n) => cy("dog", { n }))).toEqual([
      "0 cŵn",
      "1 ci",
      "2 gi",
      "3 chi",
      "10 ci",
    ]);
  });

  test("leaves a fact that nobody gave standing, so that it is noticed", () => {
    expect(t("scan.title")).toBe("Scan in {room}");
  });
});

test("a code without words is shown in plain letters", () => {
  expect(word("fault", "hinge")).toBe("Hinge");
  expect(word("choice", "too_few")).toBe("Too few");
});

test("a key stands in one catalogue: the later one adds, it never says otherwise", () => {
  expect(Object.keys(enGBLater).filter((key) => key in enGB)).toEqual([]);
});

test("no sentence shouts, apologises or begs", () => {
  const all = Object.values({ ...enGB, ...enGBLater }).flatMap((sentence) =>
    typeof sentence === "string" ? [sentence] : Object.values(sentence),
  );
  for (const sentence of all) expect(sentence).not.toMatch(/!|\boops\b|\bplease\b|\bsorry\b/i);
});
