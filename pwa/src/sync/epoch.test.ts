// A restored server: what it may have lost of ours is offered again.
import { expect, test } from "vitest";
import { newEpoch } from "./epoch";
import { type BlobRow, freshMeta } from "./held";

const row: BlobRow = {
  sha256: "a",
  size: 1,
  mime: "image/jpeg",
  chunks: 1,
  mid: 1,
  kept_at: 1,
  state: "sent",
  sent_at: 2,
  proof: ["me", 3],
};

test("photo bytes that are still here wait again after a restore, without their old proof", () => {
  const refused: BlobRow = { ...row, state: "refused" };
  const change = newEpoch(freshMeta("me", "device"), "two", [
    row,
    { ...row, freed: true },
    refused,
  ]);
  const { sent_at: _, proof: __, ...again } = row;
  expect(change.blobPut).toEqual([{ ...again, state: "waiting" }]);
});
