// Service worker: an index of what it answers. Lists are written in by the build (scripts/precache.ts).
import { answerFor } from "./answer";
import { fillCache, fillLater, keepOnly } from "./cache";

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
  event.waitUntil(keepOnly(CACHE).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const answer = answerFor(event.request, self.location.origin, CACHE);
  if (answer) event.respondWith(answer);
});

self.addEventListener("message", (event) => {
  const reply = event.ports[0];
  if (event.data === "take over") self.skipWaiting();
  else if (event.data === "check") {
    const paths = FILES.map(([path]) => path);
    event.waitUntil(isComplete(paths).then((ok) => reply?.postMessage({ ok, build: __BUILD__ })));
  } else if (event.data === "later") event.waitUntil(fillLater(CACHE, __LATER__));
});

async function isComplete(paths: string[]): Promise<boolean> {
  const cache = await caches.open(CACHE);
  const found = await Promise.all(paths.map((path) => cache.match(path)));
  return found.every(Boolean);
}
