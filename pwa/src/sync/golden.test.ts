// The golden cases that the Python engine runs too.
import { expect, test } from "vitest";
import codec from "../../../sync/cases/codec.json";
import digest from "../../../sync/cases/digest.json";
import ids from "../../../sync/cases/ids.json";
import { canonical } from "./canonical";
import { sha256Hex } from "./hash";
import { forkedClient, naturalId, uuid7 } from "./ids";
import { type LiveItem, rowOf } from "./rows";

interface CodecCase {
  name: string;
  text: string;
  canonical?: string;
  sha256?: string;
}
interface IdCase {
  name: string;
  id: string;
  kind?: string;
  organisation_id?: string;
  keys?: string[];
  at?: number;
  random?: string;
}

const writable = (codec.cases as CodecCase[]).filter((one) => one.canonical !== undefined);

test.each(writable)("canonical JSON: $name", async ({ text, canonical: wanted, sha256 }) => {
  const written = canonical(JSON.parse(text));
  expect(written).toBe(wanted);
  if (sha256) expect(await sha256Hex(written)).toBe(sha256);
});

test("what cannot travel is not written", () => {
  for (const bad of [1.5, Number.NaN, 2 ** 53, "a\0b", "\ud83d"]) {
    expect(() => canonical(bad)).toThrow();
  }
});

test.each(ids.cases as IdCase[])("id: $name", (one) => {
  if (one.kind !== undefined) {
    expect(naturalId(one.kind, one.organisation_id ?? "", ...(one.keys ?? []))).toBe(one.id);
  } else {
    const random = Uint8Array.from((one.random ?? "").match(/../g) ?? [], (hex) =>
      Number.parseInt(hex, 16),
    );
    expect(uuid7(one.at ?? 0, random)).toBe(one.id);
  }
});

test("who a client becomes that lives twice", async () => {
  const known = ids.cases.find(({ kind }) => kind === "fork");
  expect(await forkedClient("aaaaaaaa-0000-4000-8000-000000000000", 7, "")).toBe(known?.id);
});

test.each(digest.cases)("digest: $name", async ({ item, bits, wire }) => {
  const read = JSON.parse(wire) as LiveItem;
  expect(read).toEqual(item);
  expect((await rowOf("scope", read)).d).toBe(bits);
});
