// My visits: which are under way, which come next, which are finished; and how far this one is.
import { t } from "../../app/words";
import type { VisitItem } from "../../domain/generated/audits";
import { isClosed, progressOf, type Rate, subjectsIn } from "../room/model";
import type { VisitIndex } from "../visit-index";
import { shortDate, sizeOf } from "../when";

export interface Sections {
  now: VisitItem[];
  next: VisitItem[];
  finished: VisitItem[];
}

const byStart = (a: VisitItem, b: VisitItem): number =>
  a.starts_on.localeCompare(b.starts_on) || a.school_name.localeCompare(b.school_name);

export const isFinished = (card: VisitItem): boolean =>
  card.state === "closed" || card.state === "signed_off";

/** A visit past its dates but still open stays under way: its rooms may not be done. */
export function sectionsOf(cards: readonly VisitItem[], today: string): Sections {
  const sorted = [...cards].sort(byStart);
  return {
    now: sorted.filter((card) => !isFinished(card) && card.starts_on <= today),
    next: sorted.filter((card) => !isFinished(card) && card.starts_on > today),
    finished: sorted.filter(isFinished).reverse(),
  };
}

export interface Sums {
  rooms: number;
  roomsDone: number;
  assets: number;
  found: number;
}

/** Counted on this tablet, with what it has not sent yet. */
export function sumsOf(index: VisitIndex, rate: Rate): Sums {
  const sums: Sums = { rooms: 0, roomsDone: 0, assets: 0, found: 0 };
  for (const room of index.rooms) {
    const subjects = subjectsIn(index, rate, room.id);
    const progress = progressOf(index, subjects, room.id);
    if (!countsAsRoom(room.f.builtin, subjects.length)) continue;
    if (!room.f.builtin) {
      sums.rooms += 1;
      if (isClosed(progress.state)) sums.roomsDone += 1;
    }
    sums.assets += progress.expected;
    sums.found += progress.found;
  }
  return sums;
}

/** Whole school and Unplaced are no rooms to walk while nothing stands in them. */
export function countsAsRoom(builtin: unknown, subjects: number): boolean {
  return !builtin || subjects > 0;
}

export type DownloadState =
  | { kind: "none" }
  | { kind: "running"; done: number; total: number }
  | { kind: "failed"; why: string };

export function noteOf(card: VisitItem, state: DownloadState, ready: boolean): string {
  if (state.kind === "running") {
    const share = state.total > 0 ? Math.floor((state.done / state.total) * 100) : 0;
    return t("visit.downloading", { share });
  }
  if (state.kind === "failed") return t("visit.not_ready", { why: state.why });
  if (ready) return t("visit.ready");
  if (isFinished(card)) return shortDate(card.ends_on);
  const when = shortDate(card.starts_on);
  return card.bytes > 0 ? t("visit.when_size", { when, size: sizeOf(card.bytes) }) : when;
}
