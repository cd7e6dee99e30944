/** Hands a tablet's exported file in, as it is: the server reads and proves it. */
import { ApiProblem, problemOf } from "../api";

export interface HandedIn {
  readonly changes: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly photos: number;
}

const PATIENCE_MS = 10 * 60_000;

export async function handIn(file: Blob): Promise<HandedIn> {
  let response: Response;
  try {
    response = await fetch("/api/sync/v1/unsent", {
      method: "POST",
      headers: { "X-Walkround": "1", "Content-Type": "application/octet-stream" },
      credentials: "same-origin",
      signal: AbortSignal.timeout(PATIENCE_MS),
      body: file,
    });
  } catch {
    throw new ApiProblem("no_network", "");
  }
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as HandedIn; // the server's contract, checked by its own tests
}

/** Changes that stand now, and those that a person must look at. */
export function countOf({ outcomes }: HandedIn): { taken: number; look: number } {
  const taken = (outcomes.applied ?? 0) + (outcomes.merged ?? 0);
  const all = Object.values(outcomes).reduce((sum, n) => sum + n, 0);
  return { taken, look: all - taken + (outcomes.merged ?? 0) };
}
