// Service worker: an index of what it answers. Lists are written in by the build (scripts/precache.ts).
import { answerFor } from "./answer";
import { fillCache, fillLater, keepTwo } from "./cache";

declare const self: ServiceWorkerGlobalScope;
declare const __PRECACHE__: [path: string, hash: string][];
declare const __LATER__: [path: string, hash: string][];
declare const __BUILD__: string;

const FILES = __PRECACHE__;
const CACHE = `walkround-${__BUILD__}`;

self.addEventListener("install", (event) => {
  event.waitUntil(fillCache(CACHE, FILES));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(keepTwo(CACHE).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  // The page will read its database next: the browser opens it while the page's code is read.
  if (event.request.mode === "navigate") void indexedDB.databases().catch(() => undefined);
  // The page will read its database next: the browser opens it while the page's code is read.
  if (event.request.mode === "navigate") void indexedDB.databases().catch(() => undefined);
  const answer = answerFor(event.request, self.location.origin, CACHE);
  if (answer) event.respondWith(answer);
});

self.addEventListener("message", (event) => {
  const reply = (answer: unknown): void => event.ports[0]?.postMessage(answer);
  if (event.data === "take over") event.waitUntil(takeOver().then(reply));
  else if (event.data === "take over if alone") event.waitUntil(takeOverAlone().then(reply));
  else if (event.data === "later") event.waitUntil(fillLater(CACHE, __LATER__));
  else if (event.data === "check") {
    const paths = FILES.map(([path]) => path);
    event.waitUntil(isComplete(paths).then((ok) => reply({ ok, build: __BUILD__ })));
  }
});

async function takeOver(): Promise<boolean> {
  await self.skipWaiting();
  return true;
}

/** A page that somebody has open elsewhere still runs the old build: its files must stay. */
async function takeOverAlone(): Promise<boolean> {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  return pages.length <= 1 && takeOver();
}

async function isComplete(paths: string[]): Promise<boolean> {
  const cache = await caches.open(CACHE);
  const found = await Promise.all(paths.map((path) => cache.match(path)));
  return found.every(Boolean);
}
