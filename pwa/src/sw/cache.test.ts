// The caches of the service worker, on a CacheStorage in memory: which builds stay, and who may read them.
import { afterEach, beforeEach, expect, test } from "vitest";
import { answerFor } from "./answer";
import { keepTwo } from "./cache";

const ORIGIN = "http://tablet";

class Held {
  readonly files = new Map<string, string>();
  async match(path: string): Promise<Response | undefined> {
    const text = this.files.get(path);
    return text === undefined ? undefined : new Response(text);
  }
}

class Storage {
  readonly all = new Map<string, Held>();
  async open(name: string): Promise<Held> {
    const held = this.all.get(name) ?? new Held();
    this.all.set(name, held);
    return held;
  }
  async keys(): Promise<string[]> {
    return [...this.all.keys()];
  }
  async delete(name: string): Promise<boolean> {
    return this.all.delete(name);
  }
  async match(path: string): Promise<Response | undefined> {
    for (const held of this.all.values()) {
      const found = await held.match(path);
      if (found) return found;
    }
    return undefined;
  }
}

let storage: Storage;
const real = { caches: globalThis.caches, fetch: globalThis.fetch };
beforeEach(() => {
  storage = new Storage();
  globalThis.caches = storage as unknown as CacheStorage;
  globalThis.fetch = async () => new Response("from the network");
});
afterEach(() => Object.assign(globalThis, real));

async function build(name: string, files: Record<string, string>): Promise<void> {
  const held = await storage.open(name);
  for (const [path, text] of Object.entries(files)) held.files.set(path, text);
}

async function read(path: string): Promise<string | undefined> {
  const answer = await answerFor(new Request(`${ORIGIN}${path}`), ORIGIN, "walkround-3");
  return answer?.text();
}

test("this build and the one before stay; older ones go, and other people's caches stay", async () => {
  for (const name of ["walkround-1", "other", "walkround-2", "walkround-3"]) await build(name, {});
  await keepTwo("walkround-3");
  expect(await storage.keys()).toEqual(["other", "walkround-2", "walkround-3"]);
});

test("a page of the build before still finds a file that only its build has", async () => {
  await build("walkround-2", { "/assets/apart-old.js": "old" });
  await build("walkround-3", { "/assets/apart-new.js": "new" });
  expect(await read("/assets/apart-old.js")).toBe("old");
  expect(await read("/assets/apart-new.js")).toBe("new");
});

test("what is not named by its hash comes from this build alone", async () => {
  await build("walkround-2", { "/icons/icon.svg": "old" });
  expect(await read("/icons/icon.svg")).toBe("from the network");
});
