import { expect, test } from "vitest";
import { answer } from "./fake-answer";
import { FakeServer } from "./fake-server";
import { FakeTablet } from "./fake-tablet";
import type { Answer, Ask } from "./transport";

const SCHOOL = "school-1";

async function begin(kinds: readonly string[]): Promise<[FakeServer, FakeTablet]> {
  const server = new FakeServer();
  server.addScope(SCHOOL);
  const tablet = await new FakeTablet(server).open();
  await tablet.subscribe(SCHOOL);
  await tablet.drain();
  for (const [n, kind] of kinds.entries()) {
    await tablet.edit([{ kind, id: `n${n}`, scope: SCHOOL, set: { name: `n${n}` } }]);
  }
  return [server, tablet];
}

/** Answers pushes in the server's place; what was asked goes on being told. */
function standBefore(server: FakeServer, stranger: () => Answer | undefined): number[] {
  const sizes: number[] = [];
  const send = server.send.bind(server);
  server.send = async (ask: Ask) => {
    if (ask.path !== "/push") return send(ask);
    sizes.push((ask.lines?.length ?? 0) - 1);
    return stranger() ?? send(ask);
  };
  return sizes;
}

function statuses(server: FakeServer): string[] {
  return [...(server.ledger.get("client-a")?.values() ?? [])].map(({ result }) => result.status);
}

test("one op that makes the server fail is cut out after three tries and the rest goes on", async () => {
  const kinds = Array.from({ length: 10 }, (_, n) => (n === 5 ? "poison" : "asset"));
  const [server, tablet] = await begin(kinds);
  expect(await tablet.drain()).toBe("done");
  expect(statuses(server).filter((status) => status === "held")).toHaveLength(1);
  expect(statuses(server).filter((status) => status === "applied")).toHaveLength(9);
});

test.each([
  ["a gateway's 502", () => answer(502)],
  ["a gateway's 504", () => answer(504)],
  ["a 500 page that is not ours", () => answer(500)],
  ["another API's 500", () => answer(500, { type: "about:blank", title: "Internal error" })],
  ["a full disk", () => answer(507, { slug: "no_room" })],
])("%s says nothing of the ops: the batch stays whole and nothing is held", async (_, stranger) => {
  const [server, tablet] = await begin(Array(10).fill("asset"));
  let failures = 8;
  const sizes = standBefore(server, () => {
    failures -= 1;
    return failures >= 0 ? stranger() : undefined;
  });
  for (let n = 0; n < 8; n += 1) expect(await tablet.round()).toMatchObject({ stop: "later" });
  expect(await tablet.drain()).toBe("done");
  expect(sizes).toEqual(Array(9).fill(10));
  expect(statuses(server)).toEqual(Array(10).fill("applied"));
});

test("a gateway's failures between two of the server's own do not break the count", async () => {
  const [server, tablet] = await begin(["asset", "poison", "asset", "asset"]);
  let tries = 0;
  const sizes = standBefore(server, () => {
    tries += 1;
    return tries % 2 === 0 ? answer(502) : undefined;
  });
  for (let n = 0; n < 6; n += 1) await tablet.round();
  expect(sizes).toEqual([4, 4, 4, 4, 4, 2]);
  expect(await tablet.drain()).toBe("done");
  expect(statuses(server)).toEqual(["applied", "held", "applied", "applied"]);
});
