// Answers to held ops: what was accepted stands, and nothing older of one's own may cover it.
import { expect, test } from "vitest";
import { freshMeta, type SentRow } from "./held";
import { Model } from "./model";
import { encodeOp } from "./op";
import { foldSent, settle } from "./outcome";

const meta = { ...freshMeta("me", "device"), next_mid: 9 };

function held(mid: number, note: string, base: Record<string, [string, number]> = {}): SentRow {
  const op = { mid, sv: 1, kind: "asset", id: "a", scope: "s", at: 1, set: { note }, base };
  const line = encodeOp({ ...op, mono: ["s", mid] });
  return { client: "me", mid, line, status: "held", sent_at: 1, open: 1 };
}

test("an accepted op hides an earlier one of the same field that still waits", () => {
  const sent = [held(5, "old"), held(7, "new", { note: ["me", 5] })];
  const model = new Model({ meta, base: [], outbox: [], sent, blobs: [] });
  const decisions = [{ n: 1, mid: 7, outcome: "accepted", reason: null }];
  const rows = foldSent(model, 7, decisions, meta);
  expect(rows.find(({ mid }) => mid === 5)).toMatchObject({ hidden: ["note"] });
  model.apply({
    sentPut: rows,
    basePut: [{ scope: "s", kind: "asset", id: "a", seq: 1, f: '{"note":"new"}', v: "[]", d: 0 }],
  });
  expect(model.get("asset", "a")?.f.note).toBe("new");
});

test("a refused op hides nothing: what waited before it still stands on the screen", () => {
  const sent = [held(5, "old"), held(7, "new")];
  const model = new Model({ meta, base: [], outbox: [], sent, blobs: [] });
  const rows = foldSent(model, 7, [{ n: 1, mid: 7, outcome: "refused", reason: null }], meta);
  expect(rows.find(({ mid }) => mid === 5)?.hidden).toBeUndefined();
});

test("a held op is hidden by a later one of the same field that was applied in the same batch", () => {
  const outbox = [held(5, "old"), held(7, "new")].map(({ mid, line }) => ({ mid, line }));
  const model = new Model({ meta, base: [], outbox, sent: [], blobs: [] });
  const results = [
    { mid: 5, status: "held" as const },
    { mid: 7, status: "applied" as const },
  ];
  const { sentPut = [] } = settle(model, outbox, results, 1);
  expect(sentPut.find(({ mid }) => mid === 5)).toMatchObject({ hidden: ["note"] });
});

test("a second answer changes nothing of an op that has left the outbox", () => {
  const folded: SentRow = { ...held(5, "old"), status: "applied", folded: true };
  const { open: _, ...closed } = folded;
  const model = new Model({ meta, base: [], outbox: [], sent: [closed], blobs: [] });
  const batch = [{ mid: 5, line: folded.line }];
  const change = settle(model, batch, [{ mid: 5, status: "applied" }], 2);
  expect(change).toEqual({ outboxDelete: [], sentPut: [] });
});
