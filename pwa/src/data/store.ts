// The Store that screens use: memory answers at once, an edit is on the disk before it is called saved.
import { type Signal, signal } from "@preact/signals";
import type { Session } from "../domain/generated/accounts";
import type { VisitItem } from "../domain/generated/audits";
import type { Rag } from "../domain/generated/ratings";
import type { NetworkPort, StoragePort, TimePort } from "../platform/ports";
import { sha256Hex } from "../sync/hash";
import type { Written } from "../sync/held";
import { type Heard, Journal, toldOf } from "../sync/journal";
import { Rounds } from "../sync/loop";
import { Model } from "../sync/model";
import type { Pause } from "../sync/pause";
import { type Running, settled, stateOf, type Tablet } from "../sync/phase";
import type { Step } from "../sync/push";
import { Schedule, type Timer } from "../sync/schedule";
import type { Transport } from "../sync/transport";
import { isDead, isFull } from "./connection";
import type { IdbDisk } from "./disk";
import { Facts } from "./facts";
import { afterRefusal, afterSave, isFilled, measured } from "./level";
import { type Seen, Steps, seenBy } from "./steps";
import type { Edit, PhotoBytes, Rec, SaveResult, Store, SyncState } from "./types";
import { writeEdits } from "./write";

export interface StorePorts {
  session: Session;
  disk: IdbDisk;
  transport: Transport;
  storage: StoragePort;
  network: NetworkPort;
  time: TimePort;
  timer: Timer;
  /** Left out where nobody waits for a frame. */
  pause?: Pause;
  random: () => number;
  alone: (work: () => Promise<void>) => Promise<boolean>;
  /** Tells other tabs what was written; undefined where there is no such channel. */
  tell?: (heard: Heard) => void;
  precached: () => Promise<boolean>;
  decoder: () => Promise<boolean>;
  build: string;
}

const MANY_ROWS = 500;

export class TabletStore implements Store {
  readonly me: Store["me"];
  readonly version: Signal<number> = signal(0);
  readonly downloaded: Signal<readonly string[]>;
  readonly visits: Signal<readonly VisitItem[]>;
  readonly ratedAt: Signal<number | undefined>;
  readonly sync: Signal<SyncState>;
  readonly #ports: StorePorts;
  readonly #journal: Journal;
  readonly #rounds: Rounds;
  readonly #schedule: Schedule;
  readonly #facts: Facts;
  readonly #staged = new Set<(rows: number) => void>();
  #running: Running = { active: false, total: 0, sent: 0, last: undefined, doneAt: undefined };
  #tablet: Tablet = { level: "unknown", persisted: undefined, unsaved: 0 };
  #edits: Promise<unknown> = Promise.resolve();
  readonly #steps = new Steps();

  /** Open what the disk holds. Nothing here waits for the network. */
  static async open(ports: StorePorts): Promise<TabletStore> {
    const facts = new Facts(ports.disk);
    const [held] = await Promise.all([ports.disk.load(), facts.read()]);
    return new TabletStore(ports, new Model(held), facts);
  }

  private constructor(ports: StorePorts, model: Model, facts: Facts) {
    this.#ports = ports;
    this.#facts = facts;
    this.downloaded = this.#facts.downloaded;
    this.visits = this.#facts.visits;
    this.ratedAt = this.#facts.ratedAt;
    const { user, organisation } = ports.session;
    this.me = { user_id: user.id, name: user.name, organisation_id: organisation.id };
    this.#journal = new Journal(
      ports.disk,
      model,
      (written) => this.#wrote(written),
      async () => new Model(await ports.disk.load()),
    );
    this.#rounds = new Rounds({
      journal: this.#journal,
      transport: ports.transport,
      now: () => ports.time.wall(),
      organisationId: organisation.id,
      build: ports.build,
      storage: () => ports.storage.now(),
      onProgress: () => this.#progressed(),
      onStaged: (rows) => {
        for (const run of this.#staged) run(rows);
      },
      ...(ports.pause ? { pause: ports.pause } : {}),
    });
    this.#schedule = new Schedule({ ...ports, round: () => this.#round() });
    this.sync = signal(stateOf(model, this.#running, this.#tablet));
  }

  start(): void {
    this.#schedule.start();
  }
  stop(): void {
    this.#schedule.stop();
  }
  // Arrows: screens hand these on by themselves.
  readonly list = (kind: string, scope?: string): readonly Rec[] =>
    this.#journal.model.list(kind, scope);
  readonly get = (kind: string, id: string): Rec | undefined => this.#journal.model.get(kind, id);
  edit(edits: Edit[], photos: PhotoBytes[] = []): Promise<SaveResult> {
    // What stands on the screen now is what its author saw, whatever is fetched until it is written.
    const seen = seenBy(this.#journal.model, edits);
    // One after the other: what the first made is what the second stands on.
    const next = this.#edits.then(() => this.#edit(edits, photos, seen));
    this.#edits = next;
    return next;
  }
  undo(editsBefore: Edit[]): Promise<SaveResult> {
    return this.edit(editsBefore);
  }
  thumb(sha256: string): Promise<ArrayBuffer | undefined> {
    return this.#ports.disk.thumb(sha256);
  }
  readonly codeOwner = (code: string): "ours" | "sister" | "unknown" => {
    return this.#facts.ownerOf(code, Object.keys(this.#journal.model.meta.cursors));
  };
  readonly rating = (kind: string, id: string): Rag | undefined => this.#facts.rating(kind, id);
  syncNow(): void {
    this.#schedule.soon();
  }
  async exportUnsent(): Promise<Blob> {
    const { exportUnsent } = await import("./export");
    const { time, disk } = this.#ports;
    return exportUnsent(this.#journal.model, disk, this.me, time.wall());
  }

  async dismiss(mid: number): Promise<void> {
    await this.#journal.commit((_, model) => settled(model, mid));
    this.#show();
  }

  async download(
    visitId: string,
    progress: (done: number, total: number) => void,
  ): Promise<{ ready: boolean; why?: string }> {
    const { storage, transport, precached, decoder } = this.#ports;
    if (storage.isUninstalledAppleTab()) return { ready: false, why: "apple_tab" };
    await storage.persist();
    await this.#measure();
    if (isFilled(this.#tablet.level)) return { ready: false, why: "storage_full" };
    const visit = this.visits.value.find(({ id }) => id === visitId);
    if (!visit) return { ready: false, why: "not_found" };
    const { downloadVisit } = await import("./download");
    const why = await downloadVisit(
      {
        journal: this.#journal,
        transport,
        organisationId: this.me.organisation_id,
        round: () => this.#alone(),
        onStaged: (run) => {
          this.#staged.add(run);
          return () => this.#staged.delete(run);
        },
        precached,
        decoder,
        keep: async (tags, ratings, school) => {
          await this.#facts.keep(tags, ratings, school);
          this.version.value += 1;
        },
      },
      visit,
      progress,
    );
    if (why) return { ready: false, why };
    await this.#facts.ready(visitId);
    return { ready: true };
  }

  /** Another tab wrote: follow it, so that this one shows the same. */
  async follow(heard: Heard): Promise<void> {
    await this.#journal.follow(heard);
    this.version.value += 1;
    this.#show();
  }

  async #edit(edits: Edit[], photos: PhotoBytes[], seen: Seen[]): Promise<SaveResult> {
    if (edits.length === 0) return "saved";
    if (photos.length > 0 && isFilled(this.#tablet.level)) return "not_saved";
    const { time } = this.#ports;
    const moment = { at: time.wall(), mono: time.mono(), groupId: () => crypto.randomUUID() };
    try {
      await writeEdits(this.#journal, edits, photos, moment, { seen, steps: this.#steps });
      for (const photo of photos) await this.#readBack(photo);
      this.#stands(afterSave(this.#tablet));
    } catch (error) {
      if (!isDead(error) && !isFull(error)) report(error);
      this.#stands(afterRefusal(this.#tablet, isFull(error), photos.length > 0));
      return "not_saved";
    }
    this.#schedule.fresh();
    return "saved";
  }

  /** Browsers have lost bytes on their way to the disk: what was written is read again. */
  async #readBack({ sha256, bytes }: PhotoBytes): Promise<void> {
    const row = this.#journal.model.blobs.get(sha256);
    const parts: ArrayBuffer[] = [];
    for (let n = 0; n < (row?.chunks ?? 0); n += 1) {
      const chunk = await this.#ports.disk.chunk(sha256, n);
      if (chunk) parts.push(chunk);
    }
    const whole = await new Blob(parts).arrayBuffer();
    const sound = whole.byteLength === bytes.byteLength && (await sha256Hex(whole)) === sha256;
    if (!sound) throw new Error("the photo on the disk is not the photo that was taken");
  }

  /** A round as soon as no other tab is in one. */
  async #alone(): Promise<Step> {
    let step: Step = { stop: "later", ms: undefined };
    for (let tries = 0; tries < 20; tries += 1) {
      const led = await this.#ports.alone(async () => {
        step = await this.#round();
      });
      if (led) return step;
      await new Promise<void>((go) => this.#ports.timer.after(500, go));
    }
    return step;
  }

  async #round(): Promise<Step> {
    this.#running = { ...this.#running, active: true, sent: 0, total: this.#unsent() };
    this.#show();
    let step: Step;
    try {
      await this.#measure();
      step = await this.#rounds.run();
      if (this.#rounds.isShutOut) await this.#facts.forget();
      else if (this.#isReached(step)) await this.#facts.fetchVisits(this.#ports.transport);
    } catch (error) {
      // The disk failed in mid-round: nothing is lost, the next round begins from what it holds.
      if (!isDead(error) && !isFull(error)) report(error);
      step = { stop: "later", ms: undefined };
    }
    await this.#facts.keepReady(Object.keys(this.#journal.model.meta.cursors));
    const doneAt = step === "done" ? this.#ports.time.wall() : this.#running.doneAt;
    this.#running = { ...this.#running, active: false, last: step, doneAt };
    this.#show();
    return step;
  }

  #isReached(step: Step): boolean {
    return step === "done" || (step.stop !== "no_signal" && step.stop !== "signed_out");
  }

  async #measure(): Promise<void> {
    this.#tablet = measured(this.#tablet, await this.#ports.storage.now());
  }

  #stands(tablet: Tablet): void {
    if (tablet === this.#tablet) return;
    this.#tablet = tablet;
    this.#show();
  }

  #unsent(): number {
    const { model } = this.#journal;
    return model.outboxSize + model.waitingBlobs.length;
  }
  #progressed(): void {
    const left = this.#unsent();
    const total = Math.max(this.#running.total, left);
    this.#running = { ...this.#running, total, sent: total - left };
    this.#show();
  }
  #wrote(written: Written): void {
    this.#ports.tell?.(toldOf(written));
    const { basePut = [], stagePut } = written.change;
    // A page that is only staged shows nowhere yet; a whole school's rows and a new look at them
    // together would keep a finger waiting.
    if (basePut.length > MANY_ROWS) this.#ports.timer.after(0, () => this.#changed());
    else if (!stagePut) this.#changed();
    this.#show();
  }
  #changed(): void {
    this.version.value += 1;
  }
  #show(): void {
    this.sync.value = stateOf(this.#journal.model, this.#running, this.#tablet);
  }
}

/** A fault of ours ends the round and is still told to whoever watches the page's errors. */
function report(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
