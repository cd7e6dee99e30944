/** Where the desk is: the app's router under /desk/, with paths written as the desk's pages know them. */
import { effect, signal } from "@preact/signals";
import { type Place, type Router, startRouter } from "../app/router";

const ROOT = "/desk";
let router: Router | undefined;
let firstPath: string | undefined;
let hasArrived = false;

export const place = signal<Place>({ path: "/", query: new URLSearchParams() });

/** Start following the address; returns what stops it. */
export function listen(): () => void {
  const started = startRouter(`${ROOT}/`);
  router = started;
  const stop = effect(() => {
    place.value = inside(started.place.value);
  });
  return () => {
    stop();
    started.stop();
  };
}

export function href(path: string): string {
  return ROOT + path;
}

/** Go to a desk path such as /plans; `replace` for what Back should skip (filters, panels). */
export function go(path: string, options: { replace?: boolean } = {}): void {
  router?.go(href(path), options);
}

/** Change only the query, keeping the page, its focus and its scroll. */
export function setQuery(changes: Readonly<Record<string, string | null>>): void {
  const query = new URLSearchParams(place.value.query);
  for (const [key, value] of Object.entries(changes)) {
    if (value === null || value === "") query.delete(key);
    else query.set(key, value);
  }
  const text = query.toString();
  go(place.value.path + (text === "" ? "" : `?${text}`), { replace: true });
}

/**
 * Once a page has its heading: the title, focus for those who listen, the scroll as it was left.
 * A page has two headings in turn when its data comes late; on the very first page neither takes
 * the focus away from where the browser put it.
 */
export function arrived(title: string): void {
  const { path } = place.value;
  firstPath ??= path;
  if (path === firstPath && hasArrived) document.title = named(title);
  else router?.arrived(named(title));
  if (path !== firstPath) firstPath = "";
  hasArrived = true;
}

function named(title: string): string {
  return `${title} · Walkround`;
}

function inside(at: Place): Place {
  const path = at.path.replace(ROOT, "").replace(/\/+$/, "");
  return { path: path === "" ? "/" : path, query: at.query };
}
