import { describe, expect, test } from "vitest";
import { parseTag } from "../../domain/tag";
import { readCode, suspects } from "./code";

describe("reading a scan", () => {
  test.each([
    "K7M42QXZ",
    "k7m4-2qxz",
    " K7M4 2QXZ\r\n",
    "HTTPS://W.EXAMPLE/T/K7M42QXZ",
    "\u001dK7M42QXZ",
  ])("%j is the same tag", (text) => {
    expect(readCode(text)).toEqual({ kind: "tag", code: "K7M42QXZ" });
  });

  test("O is read as 0, I and L as 1", () => {
    expect(readCode("OOoOo001")).toEqual({ kind: "tag", code: "00000001" });
    expect(readCode("0000000I")).toEqual({ kind: "tag", code: "00000001" });
    expect(readCode("0000000l")).toEqual({ kind: "tag", code: "00000001" });
  });

  test("a wrong check character is mistyped, not a tag", () => {
    expect(readCode("K7M42QX9")).toMatchObject({ kind: "mistyped", code: "K7M42QX9" });
  });

  test("an address of somebody else is not a tag, whatever its last part looks like", () => {
    expect(readCode("https://shop.example/K7M42QXZ")).toMatchObject({
      kind: "other",
      address: true,
    });
  });

  test("a maker's barcode is kept as an alias in upper case", () => {
    expect(readCode("cn0w4  k131")).toEqual({ kind: "other", alias: "CN0W4 K131", address: false });
  });

  test("three hundred characters and more are nobody's tag", () => {
    expect(readCode("0".repeat(400))).toEqual({ kind: "other", alias: undefined, address: false });
  });
});

describe("which character is likely wrong", () => {
  test("a known code one character away comes first and names the place", () => {
    const [first] = suspects("K7M42QXS", (code) => code === "K7M42QXZ");
    expect(first).toEqual({ at: 7, maybe: "Z", code: "K7M42QXZ" });
  });

  test("a look-alike is offered though no list knows it", () => {
    const typed = "P3TDBW65"; // 8 read as B
    expect(suspects(typed, () => false).map((s) => s.code)).toContain("P3TD8W65");
  });

  test("two characters the wrong way round are seen", () => {
    const [first] = suspects("7KM42QXZ", (code) => code === "K7M42QXZ");
    expect(first?.code).toBe("K7M42QXZ");
  });

  test("every suggestion passes the check and there are at most three", () => {
    const found = suspects("R5NF4HJX", () => true);
    expect(found.length).toBeLessThanOrEqual(3);
    expect(found.every((s) => parseTag(s.code) === s.code)).toBe(true);
  });
});
