// The transport on fetch: gzip bodies, the header that proves our own page asks, no credentials elsewhere.
import { type Answer, type Ask, NOBODY, type Transport, Unreadable } from "./transport";

const PREFIX = "/api/sync/v1";
/** Below this a gzip header costs more than it saves. */
const WORTH_GZIP = 1024;
const TIMEOUT_MS = 60_000;

async function gzipped(text: string): Promise<ArrayBuffer> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

async function requestOf(ask: Ask): Promise<RequestInit> {
  const headers: Record<string, string> = { "X-Walkround": "1", ...ask.headers };
  let body: string | ArrayBuffer | undefined;
  if (ask.bytes) {
    body = ask.bytes;
    headers["Content-Type"] = "application/offset+octet-stream";
  } else if (ask.lines) {
    body = `${ask.lines.join("\n")}\n`;
    headers["Content-Type"] = "application/x-ndjson";
  } else if (ask.json !== undefined) {
    body = JSON.stringify(ask.json);
    headers["Content-Type"] = "application/json";
  }
  if (typeof body === "string" && body.length > WORTH_GZIP && "CompressionStream" in globalThis) {
    body = await gzipped(body);
    headers["Content-Encoding"] = "gzip";
  }
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  return {
    method: ask.method,
    headers,
    credentials: "same-origin",
    cache: "no-store",
    signal,
    ...(body === undefined ? {} : { body }),
  };
}

async function* linesOf(response: Response): AsyncIterable<string> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) return;
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const parts = (rest + value).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
  if (rest !== "") yield rest;
}

function answerOf(response: Response): Answer {
  return {
    status: response.status,
    header: (name) => response.headers.get(name),
    json: () =>
      response.json().catch(() => {
        throw new Unreadable();
      }),
    lines: () => linesOf(response),
  };
}

export interface Wire {
  origin?: string;
  fetcher?: typeof fetch;
  /** Whose work this is: a person shut out of it, and signed in elsewhere, is told apart by it. */
  organisation?: string;
}

export class HttpTransport implements Transport {
  readonly #origin: string;
  readonly #fetch: typeof fetch;
  readonly #named: Readonly<Record<string, string>>;

  constructor({ origin = "", fetcher, organisation }: Wire = {}) {
    this.#origin = origin;
    this.#fetch = fetcher ?? ((input, init) => fetch(input, init));
    this.#named = organisation === undefined ? {} : { "X-Walkround-Organisation": organisation };
  }

  async send(ask: Ask): Promise<Answer> {
    const path = ask.path.startsWith("/api/") ? ask.path : PREFIX + ask.path;
    const named = { ...ask, headers: { ...this.#named, ...ask.headers } };
    try {
      const response = await this.#fetch(this.#origin + path, await requestOf(named));
      // A sign-in page answered in place of the API is no answer of the API.
      return response.redirected ? { ...answerOf(response), status: 401 } : answerOf(response);
    } catch {
      return NOBODY;
    }
  }
}
