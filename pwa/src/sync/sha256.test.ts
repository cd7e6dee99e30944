// Our own SHA-256 says what the browser's says, whatever the length and the letters.
import { expect, test } from "vitest";
import { sha256 } from "./hash";
import { sha256First48 } from "./sha256";

async function browsers(text: string): Promise<number> {
  const hash = await sha256(new TextEncoder().encode(text));
  return hash.slice(0, 6).reduce((sum, byte) => sum * 256 + byte, 0);
}

test.each(["", "abc", "é", "Llŷn 😀", "x".repeat(5000)])("of %j", async (text) => {
  expect(sha256First48(text)).toBe(await browsers(text));
});

test("at every length around a block's end, a short text after a long one too", async () => {
  for (const length of [200, 54, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1]) {
    const text = `${length}`.padEnd(length, "é");
    expect(sha256First48(text)).toBe(await browsers(text));
  }
});
