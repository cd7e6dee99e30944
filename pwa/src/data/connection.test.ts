// A connection that dies at every place it can: opened again once, the write replayed once, or told.
import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { freshMeta } from "../sync/held";
import { Connection } from "./connection";
import { IdbDisk } from "./disk";

const NAMES = ["InvalidStateError", "UnknownError", "AbortError", "TransactionInactiveError"];
const { transaction } = IDBDatabase.prototype;
const { put } = IDBObjectStore.prototype;

let dbs = 0;
let disk: IdbDisk;
let left = 0;

beforeEach(async () => {
  dbs += 1;
  disk = new IdbDisk(new Connection(`dead-${dbs}`), () => freshMeta("me", "device"));
  await disk.load();
});
afterEach(() => {
  IDBDatabase.prototype.transaction = transaction;
  IDBObjectStore.prototype.put = put;
});

/** What dies, as many times as `left` says. */
const PLACES: [string, (name: string) => void][] = [
  [
    "when a transaction is asked for",
    (name) => {
      IDBDatabase.prototype.transaction = function (...args) {
        if (left > 0) {
          left -= 1;
          throw new DOMException("lost", name);
        }
        return transaction.apply(this, args);
      };
    },
  ],
  [
    "at a request",
    (name) => {
      IDBObjectStore.prototype.put = function (...args) {
        if (left > 0 && this.name === "outbox") {
          left -= 1;
          throw new DOMException("lost", name);
        }
        return put.apply(this, args);
      };
    },
  ],
  [
    "before its commit",
    () => {
      IDBObjectStore.prototype.put = function (...args) {
        const request = put.apply(this, args);
        if (left > 0 && this.name === "outbox") {
          left -= 1;
          this.transaction.abort();
        }
        return request;
      };
    },
  ],
];
const CASES = PLACES.flatMap(([place, kill]) => NAMES.map((name) => [name, place, kill] as const));

const write = () =>
  disk.write((meta) => ({
    meta: { next_mid: meta.next_mid + 1 },
    outboxPut: [{ mid: meta.next_mid, line: "{}" }],
  }));

test.each(CASES)("%s %s once: the write is made, and made once", async (name, _, kill) => {
  kill(name);
  left = 1;
  await write();
  expect(await disk.load()).toMatchObject({ meta: { next_mid: 2 }, outbox: [{ mid: 1 }] });
});

test.each(CASES)("%s %s twice: it is told, and nothing is half written", async (name, _, kill) => {
  kill(name);
  left = 2;
  await expect(write()).rejects.toBeInstanceOf(DOMException);
  expect(await disk.load()).toMatchObject({ meta: { next_mid: 1 }, outbox: [] });
  await write();
  expect((await disk.load()).outbox).toHaveLength(1);
});

test("a fault of another kind is not tried again", async () => {
  IDBObjectStore.prototype.put = () => {
    left += 1;
    throw new DOMException("odd", "DataError");
  };
  left = 0;
  await expect(write()).rejects.toThrow("odd");
  expect(left).toBe(1);
});
