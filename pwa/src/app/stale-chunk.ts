// A desk page left open over an update asks for chunks that are gone: one guarded reload mends it.

const KEY = "walkround.reloaded-for-chunk";
const AGAIN_AFTER_MS = 60_000;

export function mayReload(last: string | null, now: number, online: boolean): boolean {
  return online && (last === null || now - Number(last) > AGAIN_AFTER_MS);
}

export function reloadOnStaleChunk(): void {
  addEventListener("vite:preloadError", (event) => {
    if (!mayReload(sessionStorage.getItem(KEY), Date.now(), navigator.onLine)) return;
    event.preventDefault();
    sessionStorage.setItem(KEY, String(Date.now()));
    location.reload();
  });
}
