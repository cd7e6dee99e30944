/** The desk's one way to the server: JSON over fetch, problems as values with words, keyset pages. */
import type { Page } from "./shapes";

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** What went wrong, as the server's problem+json or as what the network did. */
export class ApiProblem extends Error {
  constructor(
    readonly slug: string,
    readonly title: string,
    readonly detail = "",
    readonly fields: Readonly<Record<string, string>> = {},
    readonly status = 0,
  ) {
    super(title);
  }
}

const PATIENCE_MS = 20_000;
export const PAGE = 200;

export function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return call<T>("GET", path + queryString(query), undefined, signal);
}

export function send<T>(
  method: "POST" | "PATCH" | "DELETE",
  path: string,
  body: unknown = {},
  signal?: AbortSignal,
): Promise<T> {
  return call<T>(method, path, body, signal);
}

/** Read every page of a list, up to `most` rows; a caller that wants one page passes its cursor. */
export async function getAll<T>(
  path: string,
  query: Query,
  signal?: AbortSignal,
  most = 20_000,
): Promise<T[]> {
  const items: T[] = [];
  let after: string | null = null;
  do {
    const page: Page<T> = await get<Page<T>>(path, { ...query, after, limit: PAGE }, signal);
    items.push(...page.items);
    after = page.next;
  } while (after !== null && items.length < most);
  return items;
}

export function queryString(query: Query): string {
  const pairs = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") pairs.set(key, String(value));
  }
  const text = pairs.toString();
  return text === "" ? "" : `?${text}`;
}

async function call<T>(
  method: string,
  path: string,
  body: unknown,
  signal: AbortSignal | undefined,
): Promise<T> {
  const timeout = AbortSignal.timeout(PATIENCE_MS);
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") {
    headers["X-Walkround"] = "1";
    headers["Content-Type"] = "application/json";
  }
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      credentials: "same-origin",
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      ...(method === "GET" ? {} : { body: JSON.stringify(body) }),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiProblem(timeout.aborted ? "no_answer" : "no_network", "");
  }
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return undefined as T; // nothing was promised
  // The server's shapes are its contract; they are checked by its own tests, not parsed twice.
  return (await response.json()) as T;
}

/** Read a problem body; anything else that failed still becomes words. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const body: unknown = await response.json().catch(() => null);
  const said = isRecord(body) ? body : {};
  const slug = typeof said.slug === "string" ? said.slug : slugOf(response.status);
  return new ApiProblem(
    slug,
    typeof said.title === "string" ? said.title : "",
    typeof said.detail === "string" ? said.detail : "",
    fieldsOf(said.fields ?? said.errors),
    response.status,
  );
}

function fieldsOf(value: unknown): Record<string, string> {
  if (!isRecord(value)) return {};
  const entries = Object.entries(value).map(([key, words]) => [key, String(words)] as const);
  return Object.fromEntries(entries);
}

function slugOf(status: number): string {
  if (status === 401) return "sign_in_needed";
  if (status === 403) return "not_allowed";
  if (status === 404) return "not_found";
  return status >= 500 ? "server_error" : "bad_request";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
