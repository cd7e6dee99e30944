import { expect, test } from "vitest";
import { FakeServer } from "./fake-server";
import { FakeTablet } from "./fake-tablet";
import { type Running, stateOf } from "./phase";

const SCHOOL = "11111111-1111-4111-8111-111111111111";
const SOUND = { level: "fine" as const, persisted: true, unsaved: 0 };

async function withOneUnsent(): Promise<FakeTablet> {
  const server = new FakeServer();
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
