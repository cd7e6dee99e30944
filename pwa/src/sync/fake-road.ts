// The road between, for tests: loses requests and answers, doubles them, holds them back, cuts them short.
import { type Chance, letOthersGo } from "./chance";
import { answer } from "./fake-answer";
import type { FakeServer } from "./fake-server";
import { type Answer, type Ask, NOBODY, type Transport, Unreadable } from "./transport";

export class FakeRoad implements Transport {
  readonly #server: FakeServer;
  readonly #chance: Chance;
  isCalm = false;

  constructor(server: FakeServer, chance: Chance) {
    this.#server = server;
    this.#chance = chance;
  }

  async send(ask: Ask): Promise<Answer> {
    if (this.isCalm) return this.#server.send(ask);
    await this.#dawdle();
    const luck = this.#chance();
    if (luck < 0.08) return NOBODY;
    if (luck < 0.12) return answer(luck < 0.1 ? 503 : 429, {}, { "Retry-After": "1" });
    if (luck < 0.15) await this.#server.send(ask);
    const reply = await this.#server.send(ask);
    await this.#dawdle();
    if (luck > 0.92) return NOBODY;
    return luck > 0.88 ? cutShort(reply) : this.#slow(reply);
  }

  /** Overlapping rounds see answers in any order. */
  async #dawdle(): Promise<void> {
    for (let turns = Math.floor(this.#chance() * 40); turns > 0; turns -= 1)
      await Promise.resolve();
  }

  #slow(reply: Answer): Answer {
    const turns = (): Promise<void> => letOthersGo(this.#chance);
    return {
      ...reply,
      json: async () => {
        await turns();
        return reply.json();
      },
      lines: async function* () {
        for await (const line of reply.lines()) {
          await turns();
          yield line;
        }
      },
    };
  }
}

/** What arrives of an answer whose connection was cut in its body. */
function cutShort(reply: Answer): Answer {
  return {
    ...reply,
    json: () => Promise.reject(new Unreadable()),
    lines: async function* () {
      for await (const line of reply.lines()) {
        yield line;
        throw new Unreadable();
      }
    },
  };
}
