// Hosts tablets of the simulator's stories: one call in, one answer out, nothing moves in between.
import "fake-indexeddb/auto";
import type { PhotoBytes } from "../data/types";
import type { Mutant } from "./mutants";
import type { ToldAnswer } from "./story-answer";
import { type Changes, changesOf, type Shot, shotOf } from "./story-shot";
import { type FormEdit, type Moment, type Setup, StoryTablet } from "./story-tablet";
import type { Ask } from "./transport";

type Call =
  | { call: "birth"; setup: Setup; mutants: Mutant[] }
  | { call: "copy"; twin: number; name: string; seed: number }
  | { call: "edit"; edits: FormEdit[]; photos: { sha256: string; bytes: string }[]; moment: Moment }
  | { call: "begin"; moment: Moment }
  | { call: "answer"; n: number; answer: ToldAnswer; moment: Moment }
  | { call: "fail"; when: "before" | "after" }
  | { call: "restart"; moment: Moment };
export type Message = Call & { tablet: number; drop: number[] };

/** A request as it travels; `bytes` in base64. */
interface ToldAsk {
  n: number;
  method: Ask["method"];
  path: string;
  body: string;
  bytes?: string;
  headers: Readonly<Record<string, string>>;
}
export interface Reply {
  asks: ToldAsk[];
  rounds: number;
  /** The power went. */
  lost: boolean;
  broken: string | undefined;
  changes: Changes | undefined;
}

export { watchDurability } from "./story-kept";

export class StoryHost {
  readonly #tablets = new Map<number, StoryTablet>();
  readonly #shots = new Map<number, Shot>();
  readonly #rest: () => Promise<void>;

  /** `rest` comes back when all that waits neither for a disk nor for an answer has run. */
  constructor(rest: () => Promise<void>) {
    this.#rest = rest;
  }

  async handle(message: Message): Promise<Reply> {
    for (const gone of message.drop) {
      this.#tablets.delete(gone);
      this.#shots.delete(gone);
    }
    let { tablet: at } = message;
    if (message.call === "copy") {
      const twin = await this.#tablet(at).copy(message.name, message.seed);
      at = message.twin;
      this.#tablets.set(at, twin);
    } else if (message.call === "birth") {
      const born = new StoryTablet(message.setup, new Set(message.mutants));
      this.#tablets.set(at, born);
      await born.start({ wall: 0, mono: 0 });
    } else await act(this.#tablet(at), message);
    do await this.#rest();
    while (this.#tablet(at).isBusy);
    return this.#reply(at);
  }

  #tablet(at: number): StoryTablet {
    const tablet = this.#tablets.get(at);
    if (!tablet) throw new Error(`there is no tablet ${at}`);
    return tablet;
  }

  async #reply(at: number): Promise<Reply> {
    const tablet = this.#tablet(at);
    const asks = tablet.table.map(toldAsk);
    tablet.table = [];
    tablet.look();
    const { rounds, isDead, broken } = tablet;
    const shot = await shotOf(tablet);
    const changes = changesOf(this.#shots.get(at), shot);
    this.#shots.set(at, shot);
    return { asks, rounds, lost: isDead, broken, changes };
  }
}

async function act(
  tablet: StoryTablet,
  message: Exclude<Call, { call: "birth" | "copy" }>,
): Promise<void> {
  if (message.call === "edit") {
    const photos = message.photos.map(({ sha256, bytes }): PhotoBytes => {
      const kept = Uint8Array.from(atob(bytes), (char) => char.charCodeAt(0)).buffer;
      return { sha256, mime: "image/jpeg", bytes: kept, thumb: new ArrayBuffer(1) };
    });
    await tablet.edit(message.edits, photos, message.moment);
  } else if (message.call === "begin") tablet.begin(message.moment);
  else if (message.call === "answer") tablet.answer(message.n, message.answer, message.moment);
  else if (message.call === "fail") tablet.failNext(message.when);
  else await tablet.start(message.moment);
}

function toldAsk({ n, method, path, json, lines, bytes, headers }: Ask & { n: number }): ToldAsk {
  const body = lines?.join("\n") ?? (json === undefined ? "" : JSON.stringify(json));
  const raw = bytes && btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return { n, method, path, body, headers: headers ?? {}, ...(raw ? { bytes: raw } : {}) };
}
