// An answer of the wire, made by a test.
import type { Answer, Ask } from "./transport";

export function answer(
  status: number,
  body: unknown = {},
  headers: Record<string, string> = {},
): Answer {
  return {
    status,
    header: (name) => headers[name] ?? null,
    json: async () => structuredClone(body),
    lines: async function* () {
      for (const line of body as string[]) yield line;
    },
  };
}

/** The organisation that a request says it is for. */
export function namedIn({ json, lines }: Ask): unknown {
  const said = lines?.[0] === undefined ? json : JSON.parse(lines[0]);
  return (said as { organisation_id?: unknown } | undefined)?.organisation_id;
}
