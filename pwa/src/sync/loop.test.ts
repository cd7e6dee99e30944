// Rounds end to end: edits, refusals, scopes, a restored server, a cloned tablet, crashes.
import { expect, test } from "vitest";
import { answer } from "./fake-answer";
import { begin, edit, SCHOOL } from "./fake-school";
import { FakeTablet } from "./fake-tablet";

test("what the server holds is on the tablet after the first round", async () => {
  const [, tablet] = await begin();
  expect(tablet.model.get("asset", "a1")?.f).toEqual({ name: "Laptop", room_id: "r1" });
});

test("an edit shows at once, waits until the server has it, and is there exactly once", async () => {
  const [server, tablet] = await begin();
  await tablet.edit([edit("a1", { condition: "D" })]);
  expect(tablet.model.get("asset", "a1")).toMatchObject({ waiting: true, f: { condition: "D" } });
  expect(await tablet.drain()).toBe("done");
  expect(tablet.model.get("asset", "a1")).toMatchObject({ waiting: false, f: { condition: "D" } });
  expect([...(server.ledger.get("client-a")?.values() ?? [])].map(({ line }) => line)).toEqual(
    tablet.made.map(({ line }) => line),
  );
});

test("an edit names what stood on the screen, own unsent edits included", async () => {
  const [server, tablet] = await begin();
  await tablet.edit([edit("a1", { name: "One" })]);
  await tablet.edit([edit("a1", { name: "Two" })]);
  const bases = tablet.made.map(({ line }) => JSON.parse(line).base);
  expect(bases).toEqual([{ name: ["server:desk", 1] }, { name: ["client-a", 1] }]);
  await tablet.drain();
  expect(server.conflicts).toEqual([]);
});

test("a delete names every field that it saw", async () => {
  const [, tablet] = await begin();
  await tablet.edit([edit("a1", { name: "One" })]);
  await tablet.edit([edit("a1", { deleted: true })]);
  expect(JSON.parse(tablet.made[1]?.line ?? "").base).toEqual({
    name: ["client-a", 1],
    room_id: ["server:desk", 1],
  });
  expect(tablet.model.get("asset", "a1")).toBeUndefined();
});

test("a refused op leaves the view, stands under Needs you, and blocks nothing after it", async () => {
  const [server, tablet] = await begin();
  await tablet.edit([edit("x1", { name: "No" }, "bad")]);
  await tablet.edit([edit("a1", { name: "After" })]);
  expect(await tablet.drain()).toBe("done");
  expect(tablet.model.get("bad", "x1")).toBeUndefined();
  expect(tablet.model.sent()).toMatchObject([{ status: "rejected", code: "bad_value" }]);
  expect(server.records.get("asset a1")?.f.name).toBe("After");
});

test("a held op stays in view until a person decides", async () => {
  const [server, tablet] = await begin();
  await tablet.edit([edit("o1", { name: "Odd" }, "odd")]);
  await tablet.drain();
  expect(tablet.model.get("odd", "o1")).toMatchObject({ waiting: true, f: { name: "Odd" } });
  server.decide("client-a", 1, "accepted");
  await tablet.drain();
  expect(tablet.model.get("odd", "o1")).toBeUndefined();
});

test("a signed-out tablet keeps everything and says so", async () => {
  const [server, tablet] = await begin();
  await tablet.edit([edit("a1", { name: "Kept" })]);
  server.signedIn = false;
  expect(await tablet.round()).toEqual({ stop: "signed_out" });
  expect(tablet.model.outboxSize).toBe(1);
  expect(tablet.model.get("asset", "a1")?.f.name).toBe("Kept");
  server.signedIn = true;
  await tablet.drain();
  expect(server.records.get("asset a1")?.f.name).toBe("Kept");
});

test("a scope that is taken away loses its base at once and none of the work", async () => {
  const [server, tablet] = await begin();
  await tablet.edit([edit("a1", { name: "Mine" })]);
  server.readable.delete(SCHOOL);
  await tablet.drain();
  expect(tablet.model.meta.cursors).toEqual({});
  expect([...tablet.model.scopeRows(SCHOOL)]).toEqual([]);
  expect(tablet.model.sent()).toMatchObject([{ status: "held", code: "no_membership" }]);
});

test("a cursor below the tombstone horizon fetches the scope anew, unsent work untouched", async () => {
  const [server, tablet] = await begin();
  server.write(SCHOOL, "asset", "a2", { name: "Gone unseen" });
  await tablet.drain();
  server.records.delete("asset a2");
  const scope = server.scopes.get(SCHOOL);
  if (scope) Object.assign(scope, { seq: scope.seq + 1, min: scope.seq + 1 });
  await tablet.edit([edit("a1", { name: "Unsent" })]);
  server.write(SCHOOL, "asset", "a3", { name: "New" });
  expect(await tablet.drain()).toBe("done");
  expect(
    tablet.model
      .list("asset")
      .map(({ id }) => id)
      .sort(),
  ).toEqual(["a1", "a3"]);
  expect(tablet.model.get("asset", "a1")?.f.name).toBe("Unsent");
});

test("after a restore own ops above the server's last number are offered again, body for body", async () => {
  const [server, tablet] = await begin();
  await tablet.edit([edit("a1", { name: "One" })]);
  await tablet.edit([edit("a1", { name: "Two" })]);
  await tablet.drain();
  const lines = [...(server.ledger.get("client-a")?.values() ?? [])].map(({ line }) => line);
  server.epoch = "epoch-2";
  server.ledger.get("client-a")?.delete(2);
  server.ledger.get("client-a")?.delete(1);
  server.records.delete("asset a1");
  server.write(SCHOOL, "asset", "a1", { name: "Laptop", room_id: "r1" });
  expect(await tablet.drain()).toBe("done");
  expect([...(server.ledger.get("client-a")?.values() ?? [])].map(({ line }) => line)).toEqual(
    lines,
  );
  expect(tablet.model.meta.epoch).toBe("epoch-2");
  expect(tablet.model.get("asset", "a1")?.f.name).toBe(server.records.get("asset a1")?.f.name);
});

test("a server that lost our ops is not believed in its numbers either, whatever its epoch", async () => {
  const [server, tablet] = await begin();
  await tablet.edit([edit("a1", { name: "One" })]);
  await tablet.edit([edit("a1", { name: "Two" })]);
  await tablet.drain();
  const scope = server.scopes.get(SCHOOL);
  server.ledger.delete("client-a");
  server.write(SCHOOL, "asset", "a1", { name: "Laptop", room_id: "r1" });
  if (scope) scope.seq = (tablet.model.meta.cursors[SCHOOL]?.seq ?? 0) - 2;
  expect(await tablet.drain()).toBe("done");
  expect(tablet.model.meta.cursors[SCHOOL]?.seq).toBe(scope?.seq);
  expect(tablet.model.get("asset", "a1")?.f.name).toBe(server.records.get("asset a1")?.f.name);
});

test("a number whose body was pruned is offered again as void", async () => {
  const [server, tablet] = await begin();
  await tablet.edit([edit("a1", { name: "One" })]);
  await tablet.edit([edit("a1", { name: "Two" })]);
  await tablet.drain();
  tablet.disk.sent.delete("client-a 1");
  server.epoch = "epoch-2";
  server.ledger.delete("client-a");
  await tablet.drain();
  const lines = [...(server.ledger.get("client-a")?.values() ?? [])].map(({ line }) => line);
  expect(lines[0]).toBe('{"kind":"void","mid":1}');
  expect(lines[1]).toBe(tablet.made[1]?.line);
});

test("a cloned tablet forks: its own ops get a new client, and bases follow their numbers", async () => {
  const [server, tablet] = await begin();
  const clone = await new FakeTablet(server).open();
  Object.assign(clone.disk, { meta: structuredClone(tablet.disk.meta) });
  for (const [at, row] of tablet.disk.base) clone.disk.base.set(at, row);
  await clone.open();
  await tablet.edit([edit("a1", { name: "First" })]);
  await clone.edit([edit("a1", { name: "Clone" })]);
  await clone.edit([edit("a1", { name: "Clone again" })]);
  await tablet.drain();
  expect(await clone.drain()).toBe("done");
  const fresh = clone.disk.meta.client_id;
  expect(fresh).not.toBe("client-a");
  const forked = [...(server.ledger.get(fresh)?.values() ?? [])].map(({ line }) =>
    JSON.parse(line),
  );
  expect(forked.map(({ mid, base }) => [mid, base])).toEqual([
    [1, { name: ["server:desk", 1] }],
    [2, { name: [fresh, 1] }],
  ]);
});

test("a base that differs from the server is found by its digest and fetched anew, once", async () => {
  const [server, tablet] = await begin();
  const row = [...tablet.disk.base.values()][0];
  if (row)
    tablet.disk.base.set(`${row.scope} ${row.kind} ${row.id}`, {
      ...row,
      f: '{"name":"Rotten"}',
      d: 1,
    });
  await tablet.open();
  await tablet.round();
  expect(tablet.model.meta.resets).toEqual([SCHOOL]);
  await tablet.drain();
  expect(tablet.model.get("asset", "a1")?.f.name).toBe("Laptop");
  const compared = server.asked.filter((path) => path.includes("/digest/")).length;
  await tablet.round();
  expect(server.asked.filter((path) => path.includes("/digest/"))).toHaveLength(compared);
});

test("a crash before the commit keeps nothing of an edit; after it, all", async () => {
  const [, tablet] = await begin();
  tablet.disk.failNext = "before";
  await expect(tablet.edit([edit("a1", { name: "Lost" })])).rejects.toThrow();
  await tablet.open();
  expect(tablet.model.get("asset", "a1")?.f.name).toBe("Laptop");
  tablet.disk.failNext = "after";
  await expect(tablet.edit([edit("a1", { name: "Kept" })])).rejects.toThrow();
  await tablet.open();
  expect(tablet.model.get("asset", "a1")?.f.name).toBe("Kept");
});

test("another person's database stops, and an old app goes on sending what it has", async () => {
  const [server, tablet] = await begin();
  await tablet.edit([edit("a1", { name: "Kept" })]);
  server.refuseHello = answer(403, { slug: "client_taken" });
  expect(await tablet.round()).toEqual({ stop: "not_mine" });
  expect(tablet.model.outboxSize).toBe(1);
  server.refuseHello = answer(426, { slug: "app_too_old" });
  expect(await tablet.round()).toEqual({ stop: "app_old" });
  expect(tablet.model.outboxSize).toBe(0);
  expect(server.records.get("asset a1")?.f.name).toBe("Kept");
});
