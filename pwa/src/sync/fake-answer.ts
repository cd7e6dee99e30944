// An answer of the wire, made by a test.
import type { Answer } from "./transport";

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
