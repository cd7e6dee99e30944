// The server as a Store meets it, for tests: sync in memory, one visit's card and manifest, tags, ratings.
import { addressOf } from "../domain/call";
import type { VisitItem } from "../domain/generated/audits";
import type { Snapshot } from "../domain/generated/ratings";
import { answer } from "../sync/fake-answer";
import { FakeServer } from "../sync/fake-server";
import { type Answer, type Ask, NOBODY, type Transport } from "../sync/transport";

export const [ORGANISATION, SCHOOL, VISIT] = ["organisation", "school-1", "visit-1"];
export const CARD = { id: VISIT, name: "Autumn", school_id: SCHOOL, state: "open" } as VisitItem;

export class FakeApi implements Transport {
  readonly sync = new FakeServer();
  isDown = false;
  counts: Record<string, number> = { school: 1, asset: 2 };
  ratings: Snapshot = { as_at: 7, items: [["asset", "a1", "red"]] };

  constructor() {
    for (const scope of [ORGANISATION, SCHOOL, VISIT]) this.sync.addScope(scope);
    this.sync.write(SCHOOL, "school", SCHOOL, { name: "Oak" });
    this.sync.write(SCHOOL, "asset", "a1", { name: "Laptop" });
    this.sync.write(SCHOOL, "asset", "a2", { name: "Board" });
  }
  async send(ask: Ask): Promise<Answer> {
    if (this.isDown) return NOBODY;
    if (!ask.path.startsWith("/api")) return this.sync.send(ask);
    if (!this.sync.signedIn || this.sync.shutOut) return answer(401);
    if (ask.path === addressOf("GET /api/visits", {})) return answer(200, { items: [CARD] });
    if (ask.path.endsWith("/manifest")) return answer(200, { counts: this.counts, bytes: 1 });
    if (ask.path === addressOf("GET /api/tag-index", {})) {
      return answer(200, {
        as_at: 5,
        codes: [
          ["K7M42QXZ", SCHOOL],
          ["P3TD8W65", "other"],
          ["R5NF4HJW", null],
        ],
      });
    }
    return answer(200, this.ratings);
  }
}
