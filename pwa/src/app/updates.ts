// New versions: fetched quietly, taken at a cold start or when the person says so, never under a live page.
import { signal } from "@preact/signals";
import { trustedScript } from "../platform/trusted";
import type { Updates } from "./field-props";

const HOUR_MS = 3_600_000;
/** A page this young, on which nobody has tapped yet, has nothing that a reload could lose. */
const COLD_START_MS = 4_000;
let isTouched = false;
for (const name of ["pointerdown", "keydown"]) {
  globalThis.addEventListener?.(name, () => {
    isTouched = true;
  });
}

function isColdStart(): boolean {
  return performance.now() < COLD_START_MS && !isTouched;
}

export function startUpdates(): Updates {
  const waiting = signal(false);
  const build = signal<string | undefined>(undefined);
  const updates: Updates = { waiting, build, take: () => take() };
  if (!("serviceWorker" in navigator)) return updates;
  watchController(waiting);
  void register(waiting)
    .then(precacheState)
    .then((state) => {
      build.value = state?.build;
    });
  return updates;
}

async function register(waiting: { value: boolean }): Promise<void> {
  const registration = await navigator.serviceWorker
    .register(trustedScript("/sw.js"), { scope: "/", updateViaCache: "none" })
    .catch(() => undefined);
  if (!registration) return;
  const look = (): void => {
    if (document.visibilityState === "visible") void registration.update().catch(() => undefined);
  };
  for (const name of ["pageshow", "focus"]) addEventListener(name, look);
  document.addEventListener("visibilitychange", look);
  setInterval(look, HOUR_MS);

  const noticed = async (): Promise<void> => {
    const next = registration.waiting;
    if (!next || !navigator.serviceWorker.controller) return;
    if (isColdStart() && (await handOver(next, "take over if alone"))) return;
    waiting.value = true;
  };
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", () => void noticed());
  });
  void noticed();
  void navigator.serviceWorker.ready.then((ready) => ready.active?.postMessage("later"));
}

let isOurs = false;

/** Another page took a new version: this one still runs the old, whose files are gone. */
function watchController(waiting: { value: boolean }): void {
  let hadOne = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    // The first worker ever changes nothing for the page that fetched it.
    if (hadOne && (isOurs || document.visibilityState === "hidden")) location.reload();
    else if (hadOne) waiting.value = true;
    hadOne = true;
  });
}

/** The person said so: hand over, and reload once the new worker is in charge. */
async function take(): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration();
  if (registration?.waiting) await handOver(registration.waiting, "take over");
  else location.reload();
}

type HandOver = "take over" | "take over if alone";

/** The event of the change, not a timer, reloads the page. False: other pages are open, it stays. */
function handOver(next: ServiceWorker, word: HandOver): Promise<boolean> {
  isOurs = true;
  return new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (event: MessageEvent<boolean>) => {
      isOurs = event.data;
      done(event.data);
    };
    next.postMessage(word, [port2]);
  });
}

export interface PrecacheState {
  ok: boolean;
  build: string;
}

/** Ask the active worker whether every file of its list is held. Undefined without a worker. */
export async function precacheState(): Promise<PrecacheState | undefined> {
  if (!("serviceWorker" in navigator)) return undefined;
  // Without a registration `ready` would never come: say "not kept" instead of waiting for ever.
  if (!(await navigator.serviceWorker.getRegistration())) return undefined;
  const { active } = await navigator.serviceWorker.ready;
  return new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (event: MessageEvent<PrecacheState>) => done(event.data);
    active?.postMessage("check", [port2]);
  });
}
