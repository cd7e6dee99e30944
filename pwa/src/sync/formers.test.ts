// After a restore a tablet that once forked offers again what it sent under its former names too.
import { expect, test } from "vitest";
import golden from "../../../sync/cases/restore.json";
import { answer } from "./fake-answer";
import { FakeServer } from "./fake-server";
import { FakeTablet } from "./fake-tablet";
import { renumbered } from "./formers";
import { freshMeta, type SentRow } from "./held";

const SCOPE = "5c000000-0000-4000-8000-000000000001";
type Case = (typeof golden.cases)[number];
type Lines = Readonly<Record<string, string>>;

function sentRows({ sent }: Case): SentRow[] {
  // A record by client; the type of a JSON file names each client of each case.
  return Object.entries(sent as unknown as Record<string, Lines>).flatMap(([client, lines]) =>
    Object.entries(lines).map(([mid, line]): SentRow => {
      return { client, mid: Number(mid), line, status: "applied", sent_at: 1, folded: true };
    }),
  );
}

/** A tablet in the epoch before, and a server that was restored to what the case's ledger holds. */
async function begin(one: Case): Promise<[FakeServer, FakeTablet]> {
  const server = new FakeServer();
  server.addScope(SCOPE);
  server.epoch = "epoch-2";
  for (const [client, lines] of Object.entries(one.ledger as Record<string, string[]>)) {
    const entries = lines.map((line, i) => {
      const result = { mid: i + 1, status: "applied" as const };
      return [i + 1, { line, result }] as const;
    });
    server.ledger.set(client, new Map(entries));
  }
  const tablet = new FakeTablet(server);
  const { client, formers, next_mid } = one;
  const cursors = { [SCOPE]: { gen: 1, seq: 0 } };
  const meta = { ...freshMeta(client, "device-a"), epoch: "epoch-1", cursors };
  tablet.disk.meta = { ...meta, formers, next_mid };
  for (const row of sentRows(one)) tablet.disk.sent.set(`${row.client} ${row.mid}`, row);
  return [server, await tablet.open()];
}

function ledgerOf(server: FakeServer, one: Case): Record<string, string[]> {
  const of = (client: string): string[] =>
    [...(server.ledger.get(client)?.values() ?? [])].map(({ line }) => line);
  return Object.fromEntries(Object.keys(one.then).map((client) => [client, of(client)]));
}

test.each(golden.cases)("restore: $name", async (one) => {
  const [server, tablet] = await begin(one);
  expect(await tablet.drain()).toBe("done");
  expect(ledgerOf(server, one)).toEqual(one.then);
  expect(tablet.model.meta.owed).toEqual([]);
});

test.each(golden.cases)(
  "restore, one op a push and a cold start after each: $name",
  async (one) => {
    const [server, tablet] = await begin(one);
    const send = server.send.bind(server);
    let pushes = 0;
    server.send = async (ask) => {
      const said = await send(ask);
      if (ask.path !== "/push") return said;
      pushes += 1;
      return pushes % 2 === 0 ? said : answer(0);
    };
    for (let i = 0; i < 12; i += 1) {
      await tablet.round();
      await tablet.open();
    }
    server.send = send;
    expect(await tablet.drain()).toBe("done");
    expect(ledgerOf(server, one)).toEqual(one.then);
  },
);

const [forkedOnce] = golden.cases;

test("nothing is fetched before all that was ours has been offered", async () => {
  if (!forkedOnce) throw new Error("no case");
  const [server, tablet] = await begin(forkedOnce);
  const send = server.send.bind(server);
  server.send = (ask) => (ask.path === "/push" ? Promise.resolve(answer(503)) : send(ask));
  await tablet.round();
  expect(server.asked).not.toContain("POST /pull");
  server.send = send;
  expect(await tablet.drain()).toBe("done");
  expect(tablet.model.get("asset", "a5000000-0000-7000-8000-000000000001")?.f.note).toBe("d");
});

test("an op of before the fork that the server fails over is found and kept as a probe", async () => {
  if (!forkedOnce) throw new Error("no case");
  const [server, tablet] = await begin(forkedOnce);
  const [former = ""] = forkedOnce.formers;
  const bad = [2, 3].map((mid): SentRow => {
    const line = `{"id":"p","kind":"${mid === 2 ? "poison" : "asset"}","mid":${mid},"scope":"${SCOPE}","set":{"note":"x"}}`;
    return { client: former, mid, line, status: "applied", sent_at: 1, folded: true };
  });
  for (const row of bad) tablet.disk.sent.set(`${former} ${row.mid}`, row);
  await tablet.open();
  expect(await tablet.drain()).toBe("done");
  const entries = server.ledger.get(former);
  expect(entries?.get(2)?.result).toMatchObject({ status: "held", code: "server_error" });
  expect(entries?.get(3)?.result.status).toBe("applied");
  expect(tablet.disk.sent.get(`${former} 2`)).toMatchObject({ open: 1, hidden: ["*"] });
});

test("a number that is not kept here has nothing to take a new one", () => {
  expect(renumbered([], freshMeta("me", "device"), "former", 3)).toBeUndefined();
});
