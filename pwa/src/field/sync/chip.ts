// The sync state in the chip's four sentences.
import { t } from "../../app/words";
import type { SyncState } from "../../data/types";
import type { IconName } from "../../ui/icon";
import { timeOf } from "../when";

export interface ChipWords {
  words: string;
  icon: IconName;
  you: boolean;
}

/** Four sentences only; signed out and no signal are banners, the work is saved all the same. */
export function chipOf(sync: SyncState): ChipWords {
  if (sync.phase === "needs_you") {
    return { words: t("sync.needs_you", { n: sync.needs.length }), icon: "alert", you: true };
  }
  if (sync.phase === "sending") {
    const words = t("sync.sending", { n: sync.sent, of: sync.total });
    return { words, icon: "cloud-upload", you: false };
  }
  if (sync.phase === "all_on_server") {
    const words = sync.at ? t("sync.all_at", { time: timeOf(sync.at) }) : t("sync.all");
    return { words, icon: "cloud-check", you: false };
  }
  return { words: t("sync.saved"), icon: "on-tablet", you: false };
}
