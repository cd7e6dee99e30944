// Rounds that overlap (two tabs, a Retry): what one of them learned late must not undo the other.
import { expect, test } from "vitest";
import { FakeServer } from "./fake-server";
import { FakeTablet, type TabletOptions } from "./fake-tablet";
import { isVoid, readOp } from "./op";
import { offerAgain } from "./push";
import { type Answer, type Ask, type Transport, Unreadable } from "./transport";

const edit = (note: string) => ({ kind: "asset", id: "a1", scope: "school-1", set: { note } });

/** Holds the answers of pushes, or of others, back until it is told to let them go. */
class Gate implements Transport {
  readonly server = new FakeServer();
  isShut = false;
  holds = "/push";
  readonly asked: string[] = [];
  readonly #waiting: (() => void)[] = [];

  async send(ask: Ask): Promise<Answer> {
    this.asked.push(ask.path.split("/")[1] ?? "");
    const reply = await this.server.send(ask);
    if (this.isShut && ask.path === this.holds)
      await new Promise<void>((go) => this.#waiting.push(go));
    return reply;
  }
  async waitFor(n: number): Promise<void> {
    while (this.#waiting.length < n) await new Promise((go) => setTimeout(go));
  }
  open(): void {
    this.isShut = false;
    for (const go of this.#waiting.splice(0)) go();
  }
}

async function begin(options: TabletOptions = {}): Promise<[Gate, FakeTablet]> {
  const gate = new Gate();
  gate.server.addScope("school-1");
  const tablet = await new FakeTablet(gate, options).open();
  await tablet.subscribe("school-1");
  await tablet.drain();
  return [gate, tablet];
}

function notesOf(server: FakeServer): unknown[] {
  const lines = [...server.ledger.values()].flatMap((ops) => [...ops.values()]);
  return lines.map(({ line }) => readOp(line).set.note);
}

test("two rounds that are both told of a fork renumber once, and lose nothing", async () => {
  const [gate, tablet] = await begin();
  await tablet.edit([edit("one")]);
  await tablet.edit([edit("two")]);
  const back = tablet.copy();
  await tablet.drain();
  await tablet.edit([edit("of the clone")]);
  await tablet.drain();
  back();
  await tablet.open();
  for (const note of ["three", "four", "five"]) await tablet.edit([edit(note)]);
  gate.isShut = true;
  const rounds = Promise.all([tablet.round(), tablet.round()]);
  await gate.waitFor(2);
  gate.open();
  await rounds;
  expect(await tablet.drain()).toBe("done");
  expect(notesOf(gate.server).sort()).toEqual(
    ["five", "four", "of the clone", "one", "three", "two"].sort(),
  );
});

test("results for a client that has forked meanwhile are not taken for the new one's", async () => {
  const [gate, tablet] = await begin();
  await tablet.edit([edit("one")]);
  gate.isShut = true;
  const late = tablet.round();
  await gate.waitFor(1);
  await tablet.journal.commit((meta) => ({ meta: { client_id: `${meta.client_id}-9` } }));
  gate.open();
  await late;
  expect(gate.server.ledger.get("client-a-9")?.size).toBe(1);
  expect(await tablet.drain()).toBe("done");
  const op = gate.server.ledger.get("client-a-9")?.get(1);
  expect(op && readOp(op.line).set.note).toBe("one");
});

test("an answer cut in its body is no answer: the round ends without signal, nothing is lost", async () => {
  const [gate, tablet] = await begin();
  await tablet.edit([edit("one")]);
  const { server } = gate;
  const send = server.send.bind(server);
  server.send = async (ask) => {
    const reply = await send(ask);
    return { ...reply, json: () => Promise.reject(new Unreadable()) };
  };
  expect(await tablet.round()).toEqual({ stop: "no_signal" });
  server.send = send;
  expect(await tablet.drain()).toBe("done");
  expect(notesOf(server)).toEqual(["one"]);
});

test("an op sent while what was kept is read is not taken for one that was pruned", async () => {
  let free = (): void => {};
  let turns = 0;
  // The second turn of the disk comes when it has read and has not told yet.
  const hold = (): Promise<void> => {
    turns -= 1;
    return turns === 0 ? new Promise((go) => (free = go)) : Promise.resolve();
  };
  const [, tablet] = await begin({ turns: hold });
  for (const note of ["one", "two"]) await tablet.edit([edit(note)]);
  await tablet.drain();
  await tablet.edit([edit("three")]);
  turns = 2;
  const offering = offerAgain(tablet.journal, "client-a", 1, 3);
  await new Promise((go) => setTimeout(go));
  await tablet.round();
  free();
  await offering;
  const lines = tablet.model.outbox().map(({ line }) => readOp(line));
  expect(lines.filter(isVoid)).toEqual([]);
});

test("a hello that comes late brings back nothing that had no result when it was asked", async () => {
  const [gate, tablet] = await begin();
  await tablet.edit([edit("one")]);
  await tablet.drain();
  await tablet.edit([edit("two")]);
  [gate.isShut, gate.holds] = [true, "/hello"];
  const late = tablet.round();
  await gate.waitFor(1);
  gate.isShut = false;
  expect(await tablet.round()).toBe("done");
  gate.server.write("school-1", "asset", "a1", { note: "of the desk" });
  await tablet.round();
  gate.asked.length = 0;
  gate.open();
  expect(await late).toBe("done");
  expect(gate.asked).not.toContain("push");
  expect(gate.asked).not.toContain("bootstrap");
});
