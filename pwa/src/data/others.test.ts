// The same person's other databases are counted; nobody else's is opened, and none is made by asking.
import "fake-indexeddb/auto";
import { expect, test, vi } from "vitest";
import { Connection, databaseName } from "./connection";
import { asked } from "./idb";
import { unsentElsewhere } from "./others";

const [ME, YOU] = ["me", "you"];

/** A database as the app makes it, with so many lines and photos that wait. */
async function made(user: string, organisation: string, lines: number, states: string[]) {
  const connection = new Connection(databaseName(user, organisation));
  await connection.withDb(async (db) => {
    const tx = db.transaction(["outbox", "blobs"], "readwrite");
    for (let mid = 1; mid <= lines; mid += 1) tx.objectStore("outbox").put({ mid });
    for (const [n, state] of states.entries()) {
      tx.objectStore("blobs").put({ sha256: `${n}`, state });
    }
    await new Promise((done) => tx.addEventListener("complete", done));
  });
  await connection.drop();
}

test("what waits in a person's other databases is counted, nobody else's is opened", async () => {
  await made(ME, "here", 9, []);
  await made(ME, "there", 2, ["waiting", "sent", "waiting", "refused"]);
  await made(ME, "empty", 0, []);
  await made(YOU, "there", 5, ["waiting"]);
  const open = vi.spyOn(indexedDB, "open");
  const found = await unsentElsewhere(ME, "here");
  expect(found.toSorted((a, b) => a.organisation.localeCompare(b.organisation))).toEqual([
    { organisation: "empty", changes: 0, photos: 0 },
    { organisation: "there", changes: 2, photos: 2 },
  ]);
  const opened = open.mock.calls.map(([name]) => name).sort();
  expect(opened).toEqual([databaseName(ME, "empty"), databaseName(ME, "there")]);
});

test("asking makes no database, and one of no known shape holds nothing", async () => {
  (await asked(indexedDB.open(databaseName("new", "odd"), 1))).close();
  expect(await unsentElsewhere("new", "here")).toEqual([
    { organisation: "odd", changes: 0, photos: 0 },
  ]);
  const names = (await indexedDB.databases()).map(({ name }) => name);
  expect(names).not.toContain(databaseName("new", "here"));
});
