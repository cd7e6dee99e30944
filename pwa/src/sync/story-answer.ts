// An answer of the simulated server, as a transport brings it: whole, cut short or unreadable.
import { type Answer, Unreadable } from "./transport";

export interface ToldAnswer {
  status: number;
  body: string;
  headers: Readonly<Record<string, string>>;
  is_cut: boolean;
}

export function answerOf({ status, body, headers, is_cut }: ToldAnswer): Answer {
  const names = new Map(Object.entries(headers).map(([name, v]) => [name.toLowerCase(), v]));
  return {
    status,
    header: (name) => names.get(name.toLowerCase()) ?? null,
    json: async () => {
      if (is_cut) throw new Unreadable();
      try {
        return JSON.parse(body) as unknown;
      } catch {
        throw new Unreadable();
      }
    },
    lines: async function* () {
      const lines = body.split("\n");
      yield* is_cut ? lines.slice(0, -1) : lines;
      if (is_cut) throw new Unreadable();
    },
  };
}
