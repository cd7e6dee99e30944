// How full the tablet is: words from 70 % (or the last 500 MB), no new photos from 95 %.
import type { StorageNow } from "../platform/ports";
import type { StorageLevel } from "./types";

const HIGH = 0.7;
const FULL = 0.95;
const LITTLE_BYTES = 500 * 1024 * 1024;

export function levelOf({ usage, quota }: StorageNow): StorageLevel {
  if (usage === undefined || !quota) return "unknown";
  if (usage >= quota * FULL) return "full";
  return usage >= quota * HIGH || quota - usage < LITTLE_BYTES ? "high" : "fine";
}
