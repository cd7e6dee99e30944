// A call of the API: what a route is given and answers follows from its name, "GET /api/visits".
import type { Routes } from "./generated/routes";

export type Route = keyof Routes;
export type Given<R extends Route> = Routes[R]["given"];
export type Answer<R extends Route> = Routes[R]["answer"];

/** Routes that answer in pages, and one row of such a page. */
export type ListRoute = {
  [R in Route]: Answer<R> extends Page<unknown> ? R : never;
}[Route];
export type Item<R extends ListRoute> = Answer<R> extends Page<infer T> ? T : never;

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export interface Call {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  /** What is not in the path of a call that writes. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Put what is given where it belongs: into the path, else the query of a GET, else the body. */
export function callOf<R extends Route>(route: R, given: Given<R>): Call {
  const [method, template] = route.split(" ") as [Call["method"], string]; // every route has both
  const rest: Record<string, unknown> = { ...given };
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(rest[name]);
    delete rest[name];
    return encodeURIComponent(value);
  });
  return method === "GET"
    ? { method, path: path + queryString(rest), body: {} }
    : { method, path, body: rest };
}

/** The address of what is read, for links and pictures. */
export function addressOf<R extends Route & `GET ${string}`>(route: R, given: Given<R>): string {
  return callOf<R>(route, given).path;
}

/** What is null, undefined or empty is not asked. */
export function queryString(query: Readonly<Record<string, unknown>>): string {
  const pairs = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") pairs.set(key, String(value));
  }
  const text = pairs.toString();
  return text === "" ? "" : `?${text}`;
}
