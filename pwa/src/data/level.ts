// How near this tablet is to losing something: room from 70 % and 95 %, work unsent for five days.
import type { StorageNow } from "../platform/ports";
import type { Tablet } from "../sync/phase";
import type { StorageLevel } from "./types";

const HIGH = 0.7;
const FULL = 0.95;
const LITTLE_BYTES = 500 * 1024 * 1024;

export function levelOf({ usage, quota }: StorageNow): StorageLevel {
  if (usage === undefined || !quota) return "unknown";
  if (usage >= quota * FULL) return "full";
  return usage >= quota * HIGH || quota - usage < LITTLE_BYTES ? "high" : "fine";
}

/** What is measured after a finding found no room: "full" is no proof that there is some again. */
export function measured(tablet: Tablet, now: StorageNow): Tablet {
  const level = levelOf(now);
  const isStill = tablet.level === "no_room" && level === "full";
  return { ...tablet, level: isStill ? "no_room" : level, persisted: now.persisted };
}

/** Something was written: there is room for a finding, and nothing is in memory only. */
export function afterSave(tablet: Tablet): Tablet {
  const { level, unsaved } = tablet;
  if (unsaved === 0 && level !== "no_room") return tablet;
  return { ...tablet, unsaved: 0, level: level === "no_room" ? "full" : level };
}

/** Something was not written. A photo that found no room says nothing of a finding. */
export function afterRefusal(tablet: Tablet, isForRoom: boolean, hasPhotos: boolean): Tablet {
  if (!isForRoom) return { ...tablet, unsaved: 1 };
  return { ...tablet, level: hasPhotos ? "full" : "no_room" };
}

/** Whether photos are refused: what room there is, findings need. */
export function isFilled(level: StorageLevel): boolean {
  return level === "full" || level === "no_room";
}

const LONG_MS = 5 * 86_400_000;

/** Work that has stood on this tablet only for so long that it should be taken out by hand. */
export function isStale(oldestUnsentAt: number | undefined, now: number): boolean {
  return oldestUnsentAt !== undefined && now - oldestUnsentAt >= LONG_MS;
}
