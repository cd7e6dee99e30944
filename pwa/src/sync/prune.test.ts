import { expect, test } from "vitest";
import { freshMeta, type Held, type SentRow } from "./held";
import { Model } from "./model";
import { mayForget, mayFree, pruned } from "./prune";

const DAY = 86_400_000;
const NOW = 100 * DAY;
const meta = { ...freshMeta("me", "device"), backed_up_mid: null };
const row: SentRow = { client: "me", mid: 5, line: "", status: "applied", sent_at: NOW - 31 * DAY };

test("a closed op may go after 30 days, not before, and never while it is open", () => {
  expect(mayForget(row, meta, NOW)).toBe(true);
  expect(mayForget({ ...row, sent_at: NOW - 29 * DAY }, meta, NOW)).toBe(false);
  expect(mayForget({ ...row, open: 1 }, meta, NOW)).toBe(false);
});

test("where there are backups an op waits for the one that holds it", () => {
  expect(mayForget(row, { ...meta, backed_up_mid: 4 }, NOW)).toBe(false);
  expect(mayForget(row, { ...meta, backed_up_mid: 5 }, NOW)).toBe(true);
});

function withPhoto(state: string, backedUp: number | null): Model {
  const f = { sha256: "s", state };
  const held: Held = {
    meta: { ...meta, backed_up_mid: backedUp },
    base: [{ scope: "v", kind: "photo", id: "p", seq: 1, f: JSON.stringify(f), v: "[]", d: 0 }],
    outbox: [],
    sent: [],
    blobs: [],
  };
  return new Model(held);
}
const blob = {
  sha256: "s",
  size: 1,
  mime: "image/jpeg",
  chunks: 1,
  mid: 5,
  kept_at: 0,
  state: "sent" as const,
  sent_at: NOW - 8 * DAY,
};

test("photo bytes go 7 days after the server stored them, never while it is still waiting for them", () => {
  expect(mayFree(blob, withPhoto("stored", null), NOW)).toBe(true);
  expect(mayFree(blob, withPhoto("awaiting", null), NOW)).toBe(false);
  expect(mayFree({ ...blob, sent_at: NOW - 6 * DAY }, withPhoto("stored", null), NOW)).toBe(false);
  expect(mayFree({ ...blob, state: "waiting" }, withPhoto("stored", null), NOW)).toBe(false);
});

test("a backup that holds the photo's record may be older than its bytes: it frees nothing", () => {
  const model = withPhoto("stored", 5);
  model.apply({ meta: { next_mid: 9 }, blobPut: [blob] });
  expect(mayFree(blob, model, NOW)).toBe(false);
  const [seen] = pruned(model, [], NOW)?.blobPut ?? [];
  expect(seen).toMatchObject({ proof: ["me", 9] });
  expect(seen && mayFree(seen, withPhoto("stored", 8), NOW)).toBe(false);
  expect(seen && mayFree(seen, withPhoto("stored", 9), NOW)).toBe(true);
});
