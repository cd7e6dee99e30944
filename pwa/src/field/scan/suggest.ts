// Typed instead of scanned: tags by their start or end, serial numbers by their last four.

import { byMade, serialKey, text } from "../fields";
import type { VisitIndex } from "../visit-index";
import { fold } from "./code";
import type { Suggestion } from "./model";

const MOST = 6;

/** At least three characters; things of this room first, for the label is in the person's hand. */
export function suggest(index: VisitIndex, room: string, typed: string): Suggestion[] {
  const folded = fold(typed);
  if (folded.length < 3) return [];
  const found: Suggestion[] = [];
  const rooms = [room, ...index.rooms.map((each) => each.id).filter((id) => id !== room)];
  for (const id of rooms) {
    for (const asset of [...index.assetsIn(id)].sort(byMade)) {
      const code = index.tagOf(asset.id);
      const byTag = code !== undefined && (code.startsWith(folded) || code.endsWith(folded));
      const serial = fold(text(asset, "serial") ?? "");
      if (byTag) found.push({ asset, code, why: "tag" });
      else if (serial.endsWith(folded)) found.push({ asset, code, why: "serial" });
      if (found.length === MOST) return found;
    }
  }
  return found;
}

/** The one asset of this school with a serial read off its plate, if there is exactly one. */
export function bySerial(index: VisitIndex, scanned: string): Suggestion | undefined {
  const key = serialKey(scanned);
  if (key.length < 4) return undefined;
  const found = index.rooms.flatMap((room) =>
    index.assetsIn(room.id).filter((asset) => serialKey(text(asset, "serial") ?? "") === key),
  );
  const [asset] = found;
  if (!asset || found.length > 1) return undefined;
  return { asset, code: index.tagOf(asset.id), why: "serial" };
}
