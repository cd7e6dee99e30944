/** The desk's one way to the server: JSON over fetch, problems as values with words, keyset pages. */
import {
  type Answer,
  type Call,
  callOf,
  type Given,
  type Item,
  type ListRoute,
  type Page,
  type Route,
} from "../domain/call";

/** What went wrong, as the server's problem+json or as what the network did. */
export class ApiProblem extends Error {
  constructor(
    readonly slug: string,
    readonly title: string,
    readonly detail = "",
    readonly fields: Readonly<Record<string, string>> = {},
    readonly status = 0,
    /** What this problem tells beside: who decided before, what is still open. */
    readonly more: Readonly<Record<string, unknown>> = {},
  ) {
    super(title);
  }
}

const PATIENCE_MS = 20_000;
export const PAGE = 200;

/** Call a route: `call("GET /api/visits/{visit_id}", { visit_id })` answers a Visit. */
export function call<R extends Route>(
  route: R,
  given: Given<R>,
  signal?: AbortSignal,
): Promise<Answer<R>> {
  // The server's shapes are its contract; they are checked by its own tests, not parsed twice.
  return ask(callOf(route, given), signal) as Promise<Answer<R>>;
}

/** Read every page of a list, up to `most` rows; a caller that wants one page passes its cursor. */
export async function callAll<R extends ListRoute>(
  route: R,
  given: Given<R>,
  signal?: AbortSignal,
  most = 20_000,
): Promise<Item<R>[]> {
  const items: Item<R>[] = [];
  let after: string | null = null;
  do {
    const asked = callOf<R>(route, { ...given, after, limit: PAGE });
    const page = (await ask(asked, signal)) as Page<Item<R>>; // as above
    items.push(...page.items);
    after = page.next;
  } while (after !== null && items.length < most);
  return items;
}

async function ask({ method, path, body }: Call, signal?: AbortSignal): Promise<unknown> {
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
  return response.status === 204 ? undefined : response.json();
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
    said,
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
