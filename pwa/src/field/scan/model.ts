// What a scan means in this room: the outcomes, decided from what is on this tablet.
import type { Rec } from "../../data/types";
import { flag, number, text } from "../fields";
import { isSeen } from "../room/model";
import type { VisitIndex } from "../visit-index";
import { readCode, type Suspect, suspects } from "./code";

export type Outcome =
  | { kind: "found"; asset: Rec; code: string; keptAt: string | undefined }
  | { kind: "again"; asset: Rec; code: string; at: number }
  | { kind: "wrong_room"; asset: Rec; code: string; listedIn: string }
  | { kind: "room"; room: string; code: string }
  | { kind: "unknown"; code: string }
  | { kind: "sister"; code: string }
  | { kind: "not_ours"; code: string }
  | { kind: "mistyped"; code: string; suspects: Suspect[] }
  | { kind: "not_a_tag"; address: boolean };

export type OutcomeKind = Outcome["kind"];
export type CodeOwner = (code: string) => "ours" | "sister" | "unknown";

/** Handed out to a person, cart or cupboard: it has no wrong room. */
const ROAMS = new Set(["code", "cart", "cupboard"]);

export function outcomeOf(
  index: VisitIndex,
  owner: CodeOwner,
  room: string,
  scanned: string,
): Outcome {
  const reading = readCode(scanned);
  const alias = reading.kind === "tag" ? reading.code : reading.alias;
  const tag = alias === undefined ? undefined : index.tag(alias);
  if (tag && alias !== undefined) {
    const bound = ofTag(index, tag, alias, room);
    if (bound) return bound;
  }
  if (reading.kind === "mistyped") {
    const known = (code: string): boolean =>
      index.tag(code) !== undefined || owner(code) === "ours";
    return { kind: "mistyped", code: reading.code, suspects: suspects(reading.code, known) };
  }
  if (reading.kind === "other") return { kind: "not_a_tag", address: reading.address };
  const whose = owner(reading.code);
  if (whose === "ours") return { kind: "unknown", code: reading.code };
  return { kind: whose === "sister" ? "sister" : "not_ours", code: reading.code };
}

function ofTag(index: VisitIndex, tag: Rec, code: string, room: string): Outcome | undefined {
  const roomId = text(tag, "room_id");
  if (roomId) return { kind: "room", room: roomId, code };
  const asset = index.subject("asset", text(tag, "asset_id") ?? "");
  return asset ? ofAsset(index, asset, code, room) : undefined;
}

/** The same three outcomes for a thing found by its serial number or picked from a list. */
export function ofAsset(index: VisitIndex, asset: Rec, code: string, room: string): Outcome {
  const finding = index.finding("asset", asset.id);
  if (isSeen(finding) && text(finding, "seen_room_id") === room) {
    return { kind: "again", asset, code, at: number(finding, "seen_at") ?? 0 };
  }
  const home = text(asset, "room_id");
  const allocation = text(asset, "allocation") ?? "";
  const roams = ROAMS.has(allocation);
  if (home && home !== room && !roams) return { kind: "wrong_room", asset, code, listedIn: home };
  const keptAt = roams ? (text(asset, "allocated_to") ?? allocation) : undefined;
  return { kind: "found", asset, code, keptAt };
}

export interface Hit {
  key: number;
  at: number;
  room: string;
  outcome: Outcome;
  /** Chosen on the row: belongs_here, going_back, on_loan, later, added. */
  answer: string | undefined;
}

/** A wrong room or an unknown tag keeps its buttons until it is answered. */
export function isOpen(hit: Hit, index: VisitIndex): boolean {
  if (hit.answer !== undefined) return false;
  if (hit.outcome.kind === "unknown") return true;
  if (hit.outcome.kind !== "wrong_room") return false;
  const finding = index.finding("asset", hit.outcome.asset.id);
  return text(finding, "resolution") === undefined && !flag(finding, "void");
}

const MUTE_MS = 2500;

/** A camera sees the same code many times a second: once, then quiet until it was away a while. */
export function createMute(): (text: string, now: number) => boolean {
  const seen = new Map<string, number>();
  return (text, now) => {
    const before = seen.get(text);
    seen.set(text, now);
    return before !== undefined && now - before < MUTE_MS;
  };
}

export interface Suggestion {
  asset: Rec;
  code: string | undefined;
  why: "tag" | "serial";
}
