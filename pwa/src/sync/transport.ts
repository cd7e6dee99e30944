// The wire as the engine sees it: one request, one answer; status 0 is "nobody answered".

export interface Ask {
  method: "GET" | "POST" | "HEAD" | "PATCH";
  /** Below /api/sync/v1, or a whole path that begins with /api/. */
  path: string;
  json?: unknown;
  /** NDJSON lines, already exact. */
  lines?: readonly string[];
  bytes?: ArrayBuffer;
  headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  status: number;
  header(name: string): string | null;
  json(): Promise<unknown>;
  /** Lines of a streamed NDJSON body. Rejects when the stream is cut. */
  lines(): AsyncIterable<string>;
}

/** An answer whose body did not arrive whole, or that was never ours: as if nobody had answered. */
export class Unreadable extends Error {}

export interface Transport {
  send(ask: Ask): Promise<Answer>;
}

export const NOBODY: Answer = {
  status: 0,
  header: () => null,
  json: async () => ({}),
  lines: async function* () {},
};

/** Milliseconds that the server asked us to wait, at most an hour. */
export function retryAfterMs(answer: Answer): number | undefined {
  const seconds = Number(answer.header("Retry-After") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 3600) * 1000 : undefined;
}

/** The permanent slug of a problem body, and its other members. */
export async function problemOf(
  answer: Answer,
): Promise<{ slug: string } & Record<string, unknown>> {
  try {
    const body = (await answer.json()) as Record<string, unknown>;
    const type = typeof body.type === "string" ? body.type.split("/").at(-1) : undefined;
    const code = typeof body.code === "string" ? body.code : undefined;
    return { ...body, slug: code ?? (typeof body.slug === "string" ? body.slug : (type ?? "")) };
  } catch {
    return { slug: "" };
  }
}
