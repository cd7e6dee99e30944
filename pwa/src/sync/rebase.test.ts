// A tablet that finds that it lives twice: which bases follow, and what leaves its view.
import { expect, test } from "vitest";
import { freshMeta, type SentRow } from "./held";
import { Model } from "./model";
import { encodeOp, type Mark, type Op, readOp } from "./op";
import { forked } from "./rebase";

const meta = { ...freshMeta("old", "device"), next_mid: 9 };

function op(mid: number, id: string, set: Op["set"], base: Record<string, Mark> = {}): string {
  const scope = "s";
  return encodeOp({ mid, sv: 1, kind: "asset", id, scope, at: 1, mono: ["s", mid], set, base });
}

function forkedLines(...lines: string[]): Op[] {
  const outbox = lines.map((line) => ({ mid: readOp(line).mid, line }));
  const model = new Model({ meta, base: [], outbox, sent: [], blobs: [] });
  return (forked(meta, model, "new").outboxPut ?? []).map((row) => readOp(row.line));
}

test("a base that means one of the renumbered ops follows it", () => {
  const [, second] = forkedLines(
    op(7, "a", { note: "x" }),
    op(8, "a", { note: "y" }, { note: ["old", 7] }),
  );
  expect(second).toMatchObject({ mid: 2, base: { note: ["new", 1] } });
});

test("a base with the same mark that means the twin's op stays: another record, another field", () => {
  const [, record, field] = forkedLines(
    op(7, "a", { note: "x" }),
    op(8, "b", { note: "y" }, { note: ["old", 7] }),
    op(9, "a", { name: "z" }, { name: ["old", 7] }),
  );
  expect(record?.base).toEqual({ note: ["old", 7] });
  expect(field?.base).toEqual({ name: ["old", 7] });
});

test("what waits under the old name leaves the view: its answers go to the twin", () => {
  const line = op(5, "a", { note: "waits" });
  const held: SentRow = { client: "old", mid: 5, line, status: "held", sent_at: 1, open: 1 };
  const model = new Model({ meta, base: [], outbox: [], sent: [held], blobs: [] });
  expect(model.get("asset", "a")?.f.note).toBe("waits");
  model.apply(forked(meta, model, "new"));
  expect(model.get("asset", "a")).toBeUndefined();
  expect(model.sent()).toHaveLength(1);
});

test("after two forks the view has the ops of each client in the order of the forks", () => {
  const waits = (client: string, mid: number): SentRow => {
    const line = op(mid, "a", { note: client });
    return { client, mid, line, status: "applied", sent_at: 1, open: 1 };
  };
  const sent = [waits("second", 2), waits("first", 7), waits("third", 1)];
  const now = { ...meta, client_id: "third", formers: ["first", "second"] };
  const notes = (rows: SentRow[]): unknown => {
    const model = new Model({ meta: now, base: [], outbox: [], sent: rows, blobs: [] });
    return model.get("asset", "a")?.f.note;
  };
  expect(notes(sent)).toBe("third");
  expect(notes(sent.slice(0, 2))).toBe("second");
});
