// Which requests the service worker answers, and from where. /api is never touched.

const DOORS: readonly [prefix: string, page: string][] = [
  ["/field", "/field.html"],
  ["/desk", "/desk.html"],
];
const SHELL = /^\/(assets|icons)\/|^\/field\.webmanifest$/;

/** Return the page that a path belongs to, or undefined when the server must answer. */
export function doorOf(path: string): string | undefined {
  return DOORS.find(([prefix]) => path === prefix || path.startsWith(`${prefix}/`))?.[1];
}

export function isShell(path: string): boolean {
  return SHELL.test(path);
}

const isHashed = (path: string): boolean => path.startsWith("/assets/");

export function answerFor(
  request: Request,
  origin: string,
  cache: string,
): Promise<Response> | undefined {
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== origin) return undefined;
  if (request.mode === "navigate") {
    const page = doorOf(url.pathname);
    return page === undefined ? undefined : fromCache(page, request, cache);
  }
  return isShell(url.pathname) ? fromCache(url.pathname, request, cache) : undefined;
}

/** The cached copy belongs to the running build: a page and its chunks are always of one build. */
async function fromCache(path: string, request: Request, cache: string): Promise<Response> {
  const held = await (await caches.open(cache)).match(path);
  if (held) return held;
  // A page of the build before may still be open; the hash in a file's name says that it is the one.
  return (isHashed(path) && (await caches.match(path))) || fetch(request);
}
