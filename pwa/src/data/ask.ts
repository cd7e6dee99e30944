// Asks the server for what a route of its description answers, or says why it could not.
import { type Answer, addressOf, type Given, type Route } from "../domain/call";
import type { Transport } from "../sync/transport";

export type NoAnswer = "no_signal" | "signed_out" | "not_found" | "server_busy";

type Fetched<T> = { ok: true; body: T } | { ok: false; why: NoAnswer };

export async function getJson<R extends Route & `GET ${string}`>(
  transport: Transport,
  route: R,
  given: Given<R>,
): Promise<Fetched<Answer<R>>> {
  const answer = await transport.send({ method: "GET", path: addressOf(route, given) });
  // What a route answers is the server's contract, checked by its own tests.
  if (answer.status === 200) return { ok: true, body: (await answer.json()) as Answer<R> };
  if (answer.status === 0) return { ok: false, why: "no_signal" };
  if (answer.status === 401) return { ok: false, why: "signed_out" };
  return {
    ok: false,
    why: answer.status === 404 || answer.status === 403 ? "not_found" : "server_busy",
  };
}
