// One cache per build: filled whole or not at all, files that did not change are copied over.

type Listed = readonly (readonly [path: string, hash: string])[];
const PREFIX = "walkround-";
const MARK = "x-walkround-hash";

/** Fetch every file of the list; a single failure fails the install, and the old build stays. */
export async function fillCache(name: string, files: Listed): Promise<void> {
  const cache = await caches.open(name);
  for (const [path, hash] of files) {
    const held = await copyOf(path, hash);
    await cache.put(path, held ?? (await fetchMarked(path, hash)));
  }
}

/** The desk's files: wanted, never required. */
export async function fillLater(name: string, files: Listed): Promise<void> {
  const cache = await caches.open(name);
  for (const [path, hash] of files) {
    if (await cache.match(path)) continue;
    try {
      await cache.put(path, await fetchMarked(path, hash));
    } catch {
      return;
    }
  }
}

/** Keep this build's files and, for pages that still run it, those of the build before. */
export async function keepTwo(name: string): Promise<void> {
  const names = await caches.keys();
  // Names come in the order in which the caches were made.
  const others = names.filter((other) => other.startsWith(PREFIX) && other !== name);
  await Promise.all(others.slice(0, -1).map((other) => caches.delete(other)));
}

async function copyOf(path: string, hash: string): Promise<Response | undefined> {
  for (const name of await caches.keys()) {
    if (!name.startsWith(PREFIX)) continue;
    const held = await (await caches.open(name)).match(path);
    if (held?.headers.get(MARK) === hash) return held;
  }
  return undefined;
}

async function fetchMarked(path: string, hash: string): Promise<Response> {
  // A page's address is the door's, so that the server needs no second route for it.
  const response = await fetch(pageAddress(path), {
    cache: "no-cache",
    credentials: "same-origin",
  });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  const body = await response.blob();
  const headers = new Headers(response.headers);
  headers.delete("content-encoding");
  headers.set(MARK, hash);
  return new Response(body, { status: 200, headers });
}

function pageAddress(path: string): string {
  if (path === "/field.html") return "/field/";
  return path === "/desk.html" ? "/desk/" : path;
}
