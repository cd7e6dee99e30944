// History router: a path decides the screen; sets the title, moves focus to h1, restores scroll.
import { type Signal, signal } from "@preact/signals";

export interface Place {
  path: string;
  query: URLSearchParams;
}

export interface Route<T> {
  /** "/field/visits/:visit/rooms/:room" */
  pattern: string;
  screen: T;
}

export interface Match<T> {
  screen: T;
  params: Readonly<Record<string, string>>;
}

export interface Router {
  readonly place: Signal<Place>;
  go(path: string, options?: { replace?: boolean }): void;
  back(fallback: string): void;
  /** Call once a screen has painted: title, focus on its h1, scroll as it was left. */
  arrived(title: string): void;
  stop(): void;
}

/** Return the first route whose pattern fits, with the named parts decoded. */
export function matchRoute<T>(routes: readonly Route<T>[], path: string): Match<T> | undefined {
  const parts = path.split("/").filter(Boolean);
  for (const route of routes) {
    const wanted = route.pattern.split("/").filter(Boolean);
    if (wanted.length !== parts.length) continue;
    const params: Record<string, string> = {};
    const fits = wanted.every((want, i) => {
      const part = parts[i] ?? "";
      if (!want.startsWith(":")) return want === part;
      params[want.slice(1)] = safeDecode(part);
      return true;
    });
    if (fits) return { screen: route.screen, params };
  }
  return undefined;
}

function safeDecode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function here(win: Window): Place {
  return { path: win.location.pathname, query: new URLSearchParams(win.location.search) };
}

/** The path of a link that this router should follow, or undefined when the browser should. */
export function linkPath(event: MouseEvent, prefix: string, origin: string): string | undefined {
  if (event.defaultPrevented || event.button !== 0) return undefined;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return undefined;
  const link = (event.target as Element | null)?.closest?.("a[href]") as HTMLAnchorElement | null;
  if (!link || link.target || link.hasAttribute("download")) return undefined;
  const url = new URL(link.href);
  const inside = url.origin === origin && url.pathname.startsWith(prefix);
  return inside ? url.pathname + url.search : undefined;
}

/** The entries of the history, each with a key of its own and the place it was scrolled to. */
class Entries {
  private readonly scrolls = new Map<string, number>();
  private key: string;
  private isBack = false;

  constructor(private readonly win: Window) {
    this.key = stateKey(win.history.state) ?? newKey();
    win.history.scrollRestoration = "manual";
    win.history.replaceState({ key: this.key }, "");
  }

  get areSome(): boolean {
    return this.scrolls.size > 0;
  }

  add(path: string): void {
    this.leaveFor(newKey(), false);
    this.win.history.pushState({ key: this.key }, "", path);
  }

  replace(path: string): void {
    this.leaveFor(this.key, false);
    this.win.history.replaceState({ key: this.key }, "", path);
  }

  popped(state: unknown): void {
    this.leaveFor(stateKey(state) ?? newKey(), true);
  }

  scroll(): void {
    this.win.scrollTo(0, this.isBack ? (this.scrolls.get(this.key) ?? 0) : 0);
  }

  private leaveFor(key: string, isBack: boolean): void {
    this.scrolls.set(this.key, this.win.scrollY);
    this.key = key;
    this.isBack = isBack;
  }
}

/** Start a router for the paths under `prefix` ("/field/"). */
export function startRouter(prefix: string, win: Window = window): Router {
  const place = signal(here(win));
  const entries = new Entries(win);
  let isFirst = true;

  function go(path: string, options: { replace?: boolean } = {}): void {
    if (options.replace) entries.replace(path);
    else entries.add(path);
    place.value = here(win);
  }
  function popped(event: PopStateEvent): void {
    entries.popped(event.state);
    place.value = here(win);
  }
  function clicked(event: MouseEvent): void {
    const path = linkPath(event, prefix, win.location.origin);
    if (path === undefined) return;
    event.preventDefault();
    if (path !== win.location.pathname + win.location.search) go(path);
  }
  function arrived(title: string): void {
    win.document.title = title;
    if (!isFirst) focusHeading(win.document);
    isFirst = false;
    entries.scroll();
  }

  win.addEventListener("popstate", popped);
  win.document.addEventListener("click", clicked);
  return {
    place,
    go,
    arrived,
    back: (fallback) => (entries.areSome ? win.history.back() : go(fallback, { replace: true })),
    stop: () => {
      win.removeEventListener("popstate", popped);
      win.document.removeEventListener("click", clicked);
    },
  };
}

/** A screen reader hears the new screen's name; the very first page keeps the browser's own focus. */
function focusHeading(doc: Document): void {
  const heading = doc.querySelector<HTMLElement>("h1");
  if (!heading) return;
  if (!heading.hasAttribute("tabindex")) heading.setAttribute("tabindex", "-1");
  heading.focus({ preventScroll: true });
}

function stateKey(state: unknown): string | undefined {
  const key = (state as { key?: unknown } | null)?.key;
  return typeof key === "string" ? key : undefined;
}

function newKey(): string {
  return crypto.randomUUID();
}
