// What was fetched beside the records and may be fetched again: visits, tag index, ratings, what is ready.
import { type Signal, signal } from "@preact/signals";
import type { VisitItem } from "../domain/generated/audits";
import type { Rag, Snapshot } from "../domain/generated/ratings";
import type { Transport } from "../sync/transport";
import { getJson } from "./ask";
import type { IdbDisk } from "./disk";
import { type Owner, type PackedTags, TagIndex } from "./tag-index";

const RATINGS = "ratings:";

export class Facts {
  readonly visits: Signal<readonly VisitItem[]> = signal([]);
  readonly downloaded: Signal<readonly string[]> = signal([]);
  readonly ratedAt: Signal<number | undefined> = signal(undefined);
  readonly #disk: IdbDisk;
  /** Kind → id → colour: a list asks for thousands, and joining two texts takes longer. */
  readonly #ratings = new Map<string, Map<string, Rag>>();
  #tags: TagIndex | undefined;

  constructor(disk: IdbDisk) {
    this.#disk = disk;
  }

  /** What the tablet kept, for a start without signal. */
  async read(): Promise<void> {
    const [visits, downloaded, tags, ratings] = await Promise.all([
      this.#disk.cached<readonly VisitItem[]>("visits"),
      this.#disk.cached<string[]>("downloaded"),
      this.#disk.cached<PackedTags>("tags"),
      this.#disk.cachedUnder<string>(RATINGS),
    ]);
    this.visits.value = visits ?? [];
    this.downloaded.value = downloaded ?? [];
    for (const text of ratings) if (tags) this.took(tags, JSON.parse(text) as Snapshot);
  }

  /** One text: thousands of small arrays are slow to come off the disk. */
  async keep(tags: PackedTags, ratings: Snapshot, schoolId: string): Promise<void> {
    await this.#disk.cache("tags", tags);
    await this.#disk.cache(`${RATINGS}${schoolId}`, JSON.stringify(ratings));
    this.took(tags, ratings);
  }

  took(tags: PackedTags, ratings: Snapshot): void {
    this.#tags = new TagIndex(tags);
    for (const [kind, id, rag] of ratings.items) {
      const known = this.#ratings.get(kind);
      if (known) known.set(id, rag);
      else this.#ratings.set(kind, new Map([[id, rag]]));
    }
    if (ratings.as_at === null) return; // a school that nothing was rated in yet
    this.ratedAt.value = Math.max(this.ratedAt.value ?? 0, ratings.as_at);
  }

  async ready(visitId: string): Promise<void> {
    this.downloaded.value = [...new Set([...this.downloaded.value, visitId])];
    await this.#disk.cache("downloaded", this.downloaded.value);
  }

  /** A visit whose scope was taken away is not ready any more. */
  async keepReady(scopes: readonly string[]): Promise<void> {
    const left = this.downloaded.value.filter((id) => scopes.includes(id));
    if (left.length === this.downloaded.value.length) return;
    this.downloaded.value = left;
    await this.#disk.cache("downloaded", left);
  }

  /** The person has no place left: nothing that was fetched may stay. */
  async forget(): Promise<void> {
    if (this.visits.value.length === 0 && !this.#tags) return;
    this.visits.value = [];
    this.downloaded.value = [];
    this.ratedAt.value = undefined;
    this.#ratings.clear();
    this.#tags = undefined;
    await this.#disk.uncache(["visits", "downloaded", "tags", RATINGS]);
  }

  async fetchVisits(transport: Transport): Promise<void> {
    const answer = await getJson(transport, "GET /api/visits", {});
    if (!answer.ok) return;
    if (JSON.stringify(answer.body.items) === JSON.stringify(this.visits.value)) return;
    this.visits.value = answer.body.items;
    await this.#disk.cache("visits", answer.body.items);
  }

  rating(kind: string, id: string): Rag | undefined {
    return this.#ratings.get(kind)?.get(id);
  }
  ownerOf(code: string, scopes: Iterable<string>): Owner {
    return this.#tags?.ownerOf(code, new Set(scopes)) ?? "unknown";
  }
}
