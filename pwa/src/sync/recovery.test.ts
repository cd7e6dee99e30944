// After a restore: what others made and the server lost is told once, kept until a backup has it.
import { expect, test } from "vitest";
import { answer } from "./fake-answer";
import { FakeServer } from "./fake-server";
import { FakeTablet } from "./fake-tablet";
import { freshMeta } from "./held";
import { batchesOf, forgetLost, isUntold } from "./recovery";

const SCHOOL = "school-1";

async function begin(): Promise<[FakeServer, FakeTablet]> {
  const server = new FakeServer();
  server.addScope(SCHOOL);
  server.write(SCHOOL, "asset", "a1", { name: "Laptop", note: "old" });
  const tablet = await new FakeTablet(server).open();
  await tablet.subscribe(SCHOOL);
  await tablet.drain();
  return [server, tablet];
}

/** The server goes back to when only `a1` was there, as its desk had first written it. */
function restore(server: FakeServer, epoch = "epoch-2"): void {
  server.epoch = epoch;
  server.ledger.clear();
  server.records.clear();
  server.gone.clear();
  const scope = server.scopes.get(SCHOOL);
  if (scope) scope.seq = 0;
  server.write(SCHOOL, "asset", "a1", { name: "Laptop", note: "old" });
}

const said = (server: FakeServer) =>
  server.told.map(({ id, field, value, mark }) => [id, field, value, mark]);

test("values that others made since the backup are told, with who made them", async () => {
  const [server, tablet] = await begin();
  server.write(SCHOOL, "asset", "a1", { note: "new" }, "server:later");
  server.write(SCHOOL, "asset", "a2", { name: "Board" }, "server:later");
  await tablet.drain();
  restore(server);
  expect(await tablet.drain()).toBe("done");
  expect(said(server)).toEqual([
    ["a1", "note", "new", ["server:later", 1]],
    ["a2", "name", "Board", ["server:later", 1]],
  ]);
  expect(tablet.model.get("asset", "a1")?.f.note).toBe("old");
  await tablet.round();
  expect(server.told).toHaveLength(2);
});

test("nothing is told where nothing is missing, nor at a first download", async () => {
  const [server, tablet] = await begin();
  server.epoch = "epoch-2";
  expect(await tablet.drain()).toBe("done");
  expect(server.asked).not.toContain("POST /recovery");
});

test("a record that was gone here and stands again is told as gone; a new one is not", async () => {
  const [server, tablet] = await begin();
  server.remove("asset", "a1");
  server.write(SCHOOL, "asset", "a5", { name: "Seen" }, "server:later");
  await tablet.drain();
  restore(server);
  await tablet.drain();
  expect(said(server)).toContainEqual(["a1", "deleted", true, null]);
  expect(said(server).filter(([, field]) => field === "deleted")).toHaveLength(1);
});

test("own work that the server has not given back yet never passes for gone", async () => {
  const [server, tablet] = await begin();
  server.write(SCHOOL, "asset", "a4", { name: "Raises the head" });
  await tablet.drain();
  await tablet.edit([{ kind: "asset", id: "a3", scope: SCHOOL, set: { name: "Mine" } }]);
  restore(server);
  await tablet.drain();
  expect(said(server).filter(([, field]) => field === "deleted")).toEqual([]);
});

test("an answer that was lost, and a second restore, have the list told again", async () => {
  const [server, tablet] = await begin();
  server.write(SCHOOL, "asset", "a1", { note: "new" }, "server:later");
  await tablet.drain();
  restore(server);
  const send = server.send.bind(server);
  server.send = (ask) => (ask.path === "/recovery" ? Promise.resolve(answer(503)) : send(ask));
  await tablet.round();
  await tablet.open();
  server.send = send;
  expect(await tablet.drain()).toBe("done");
  expect(server.told).toHaveLength(1);
  restore(server, "epoch-3");
  expect(await tablet.drain()).toBe("done");
  expect(server.told).toHaveLength(2);
});

test.each([403, 404])("own work and photos do not wait for a list that gets %i", async (status) => {
  const [server, tablet] = await begin();
  server.write(SCHOOL, "asset", "a1", { note: "new" }, "server:later");
  await tablet.drain();
  restore(server);
  const send = server.send.bind(server);
  server.send = (ask) => (ask.path === "/recovery" ? Promise.resolve(answer(status)) : send(ask));
  expect(await tablet.drain()).toBe("done");
  expect(await tablet.disk.lost()).toHaveLength(1);
});

test("an item that the server refuses by itself does not keep the others back", async () => {
  const [server, tablet] = await begin();
  for (const id of ["a2", "a3", "a4"]) {
    server.write(SCHOOL, "asset", id, { name: `name of ${id}` }, "server:later");
  }
  await tablet.drain();
  restore(server);
  const send = server.send.bind(server);
  server.send = (ask) => {
    const isBad = ask.path === "/recovery" && JSON.stringify(ask.json).includes("a3");
    return isBad ? Promise.resolve(answer(422)) : send(ask);
  };
  expect(await tablet.drain()).toBe("done");
  expect(said(server).map(([id]) => id)).toEqual(["a2", "a4"]);
});

test("a scope that is taken away takes its part of the list along", async () => {
  const [server, tablet] = await begin();
  server.write(SCHOOL, "asset", "a1", { note: "new" }, "server:later");
  await tablet.drain();
  restore(server);
  await tablet.drain();
  expect(await tablet.disk.lost()).toHaveLength(1);
  server.readable.delete(SCHOOL);
  await tablet.drain();
  expect(await tablet.disk.lost()).toEqual([]);
});

test("what was purged in the middle of a restore is not compared when it is given back", async () => {
  const [server, tablet] = await begin();
  server.write(SCHOOL, "asset", "a1", { note: "new" }, "server:later");
  await tablet.drain();
  restore(server);
  server.shutOut = true;
  await tablet.round();
  server.shutOut = false;
  await tablet.subscribe(SCHOOL);
  await tablet.drain();
  expect(server.told).toEqual([]);
});

const told = { epoch: "two", next: ["me", 7] as [string, number] };
const meta = { ...freshMeta("me", "device"), epoch: "two", has_lost: true, next_mid: 9 };

test("the list goes once a backup has an op made after it was told", () => {
  expect(forgetLost({ ...meta, told, backed_up_mid: null }, ["s"])).toBeUndefined();
  expect(forgetLost({ ...meta, told, backed_up_mid: 6 }, ["s"])).toBeUndefined();
  expect(forgetLost({ ...meta, told, backed_up_mid: 7 }, ["s"])?.lostClear).toEqual(["s"]);
  const old = { ...told, epoch: "one" };
  expect(forgetLost({ ...meta, told: old, backed_up_mid: 7 }, ["s"])).toBeUndefined();
});

test("after a fork only the new client's numbers prove a backup", () => {
  const forked = { ...meta, client_id: "fresh", told, backed_up_mid: 7 };
  expect(forgetLost(forked, ["s"])).toEqual({
    meta: { told: { epoch: "two", next: ["fresh", 9] } },
  });
});

test("a list is told once the new base stands, and once an epoch", () => {
  expect(isUntold(meta)).toBe(true);
  expect(isUntold({ ...meta, old_seqs: {} })).toBe(false);
  expect(isUntold({ ...meta, told })).toBe(false);
});

test("a long list goes in parts", () => {
  const value = "x".repeat(300_000);
  const item = { scope: "s", k: "asset", id: "a", field: "note", value, mark: null };
  expect(batchesOf(Array(7).fill(item)).map(({ length }) => length)).toEqual([3, 3, 1]);
});
