import { expect, test } from "vitest";
import { answer } from "./fake-answer";
import { FakeServer } from "./fake-server";
import { FakeTablet } from "./fake-tablet";
import { type Running, stateOf } from "./phase";

const SCHOOL = "11111111-1111-4111-8111-111111111111";
const SOUND = { level: "fine" as const, persisted: true, unsaved: 0 };

async function withOneUnsent(server = new FakeServer()): Promise<FakeTablet> {
  server.addScope(SCHOOL);
  server.write(SCHOOL, "asset", "a1", { name: "Laptop", room_id: "r1" });
  const tablet = await new FakeTablet(server, {}).open();
  await tablet.subscribe(SCHOOL);
  await tablet.drain();
  await tablet.edit([{ kind: "asset", id: "a1", scope: SCHOOL, set: { name: "Old laptop" } }]);
  return tablet;
}

test("a retry without signal changes nothing on the screen until something gets through", async () => {
  const tablet = await withOneUnsent();
  const deaf: Running = {
    active: false,
    total: 1,
    sent: 0,
    last: { stop: "no_signal" },
    doneAt: undefined,
  };
  expect(stateOf(tablet.model, deaf, SOUND).phase).toBe("no_signal");
  expect(stateOf(tablet.model, { ...deaf, active: true }, SOUND).phase).toBe("no_signal");
  expect(stateOf(tablet.model, { ...deaf, active: true, sent: 1 }, SOUND).phase).toBe("sending");
});

test("a round after a good one says that it is sending from its start", async () => {
  const tablet = await withOneUnsent();
  const busy: Running = { active: true, total: 1, sent: 0, last: "done", doneAt: 1 };
  expect(stateOf(tablet.model, busy, SOUND).phase).toBe("sending");
});

test("a restored server is named while own work goes again, and once the rest was told", async () => {
  const server = new FakeServer();
  const tablet = await withOneUnsent(server);
  await tablet.drain();
  server.write(SCHOOL, "asset", "a1", { room_id: "r2" }, "server:later");
  await tablet.drain();
  const idle: Running = { active: false, total: 0, sent: 0, last: "done", doneAt: 1 };
  const restored = () => stateOf(tablet.model, idle, SOUND).restored;
  expect(restored()).toBeUndefined();
  server.epoch = "epoch-2";
  server.ledger.clear();
  server.records.clear();
  server.write(SCHOOL, "asset", "a1", { name: "Laptop", room_id: "r1" });
  const send = server.send.bind(server);
  server.send = (ask) => (ask.path === "/push" ? Promise.resolve(answer(503)) : send(ask));
  await tablet.round();
  expect(restored()).toBe("again");
  server.send = send;
  await tablet.drain();
  expect(server.told.map(({ field }) => field)).toContain("room_id");
  expect(restored()).toBe("told");
});
