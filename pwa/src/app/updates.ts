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

export function startUpdates(options: { quiet?: boolean } = {}): Updates {
  const waiting = signal(false);
  const build = signal<string | undefined>(undefined);
  const updates: Updates = { waiting, build, take: () => takeOver() };
  if (!("serviceWorker" in navigator)) return updates;
  void register(waiting, options.quiet ?? false)
    .then(precacheState)
    .then((state) => {
      build.value = state?.build;
    });
  return updates;
}

async function register(waiting: { value: boolean }, quiet: boolean): Promise<void> {
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

  const noticed = (): void => {
    if (!registration.waiting || !navigator.serviceWorker.controller) return;
    if (quiet || isColdStart()) void takeOver({ reload: !quiet });
    else waiting.value = true;
  };
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", noticed);
  });
  noticed();
  void navigator.serviceWorker.ready.then((ready) => ready.active?.postMessage("later"));
}

/** Hand over to the waiting worker and reload once it is in charge: the event, not a timer, says when. */
async function takeOver({ reload = true } = {}): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration();
  const next = registration?.waiting;
  if (!next) return;
  const inCharge = new Promise<void>((done) => {
    navigator.serviceWorker.addEventListener("controllerchange", () => done(), { once: true });
  });
  next.postMessage("take over");
  await inCharge;
  if (reload) location.reload();
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
