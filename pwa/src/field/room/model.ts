// One room in one visit: what is listed in it, what of that was seen, and how it stands.
import { t, word } from "../../app/words";
import type { Rec } from "../../data/types";
import type { RagColour } from "../../ui/icon";
import { faultsOf, flag, number, text } from "../fields";
import { type Counted, lotCondition, roomColour, type Snapshot, shownRating } from "../rating";
import {
  callName,
  conditionWords,
  faultWords,
  kindName,
  productName,
  roomName,
  typeName,
} from "../subject";
import type { SubjectKind, VisitIndex } from "../visit-index";
import { timeOf } from "../when";

export type Rate = (kind: string, id: string) => Snapshot;
export type Show = "all" | "todo" | "issues";

/** One subject in a room, still without words: cheap enough to make for every room of a school. */
export interface Subject extends Counted {
  rec: Rec;
  kind: SubjectKind;
  finding: Rec | undefined;
  seen: boolean;
  /** It counts towards "22 of 30": listed here and not handed out to a person or lent. */
  expected: boolean;
  /** Seen in another room than this one. */
  elsewhere: string | undefined;
  /** Listed in another room than this one. */
  listedIn: string | undefined;
}

export interface Progress {
  expected: number;
  found: number;
  colour: RagColour;
  state: string | undefined;
}

/** With a person, lent or gone: not checked in is never missing in the room. A cart stands in its room. */
const HANDED_OUT = new Set(["code", "on_loan", "lost", "stolen"]);

export function isSeen(finding: Rec | undefined): boolean {
  return flag(finding, "seen") && !flag(finding, "void");
}

export function counts(finding: Rec | undefined): [number, number, number, number] {
  const of = (field: string): number => number(finding, field) ?? 0;
  return [of("count_a"), of("count_b"), of("count_c"), of("count_d")];
}

function subjectOf(index: VisitIndex, rate: Rate, rec: Rec, roomId: string): Subject {
  const kind = rec.kind as SubjectKind;
  const finding = index.finding(kind, rec.id);
  const seen = isSeen(finding);
  const type = index.type(text(rec, "asset_type_id"));
  const condition = kind === "lot" ? lotCondition(counts(finding)) : text(finding, "condition");
  const home = text(rec, "room_id");
  const seenIn = seen ? text(finding, "seen_room_id") : undefined;
  return {
    rec,
    kind,
    finding,
    seen,
    expected: home === roomId && !HANDED_OUT.has(text(rec, "allocation") ?? ""),
    elsewhere: seenIn && seenIn !== roomId ? seenIn : undefined,
    listedIn: home && home !== roomId ? home : undefined,
    colour: shownRating(seen, condition, seen ? rate(kind, rec.id) : undefined),
    critical: flag(type, "critical"),
    criticalService: flag(type, "critical_service"),
  };
}

/** Still to be found on the way to a room that is done. */
export const isToSee = (subject: Subject): boolean => subject.expected && !subject.seen;

/** Everything listed in a room, and everything seen in it that is listed somewhere else. */
export function subjectsIn(index: VisitIndex, rate: Rate, roomId: string): Subject[] {
  const listed = [...index.assetsIn(roomId), ...index.lotsIn(roomId), ...index.systemsIn(roomId)];
  const known = new Set(listed.map((rec) => rec.id));
  for (const finding of index.seenIn(roomId)) {
    const kind = text(finding, "subject_kind") ?? "";
    const id = text(finding, "subject_id") ?? "";
    if (kind === "tag" || known.has(id)) continue;
    const rec = index.subject(kind, id);
    if (rec) listed.push(rec);
  }
  return listed.map((rec) => subjectOf(index, rate, rec, roomId));
}

export function progressOf(
  index: VisitIndex,
  subjects: readonly Subject[],
  roomId: string,
): Progress {
  const expected = subjects.filter((subject) => subject.expected);
  return {
    expected: expected.length,
    found: expected.filter((subject) => subject.seen).length,
    colour: roomColour(subjects.filter((subject) => subject.elsewhere === undefined)),
    state: text(index.walk(roomId), "state"),
  };
}

export const isClosed = (state: string | undefined): boolean =>
  state === "done" || state === "empty" || state === "no_access";

export interface Tally {
  red: number;
  amber: number;
  green: number;
  notSeen: number;
}

export function tally(subjects: readonly Subject[]): Tally {
  const of = (colour: RagColour): number =>
    subjects.filter((s) => s.seen && s.colour === colour).length;
  return {
    red: of("red"),
    amber: of("amber"),
    green: of("green"),
    notSeen: subjects.filter(isToSee).length,
  };
}

export function isIssue(subject: Subject): boolean {
  if (!subject.seen) return false;
  const bad = subject.colour === "red" || subject.colour === "amber";
  return bad || faultsOf(subject.finding).length > 0 || isOpenQuestion(subject);
}

/** Found in a room where it is not listed, and nobody has said yet where it belongs. */
export function isOpenQuestion(subject: Subject): boolean {
  return subject.listedIn !== undefined && text(subject.finding, "resolution") === undefined;
}

export function shown(subjects: readonly Subject[], show: Show): Subject[] {
  if (show === "todo") return subjects.filter(isToSee);
  if (show === "issues") return subjects.filter(isIssue);
  return [...subjects];
}

export interface Row {
  key: string;
  /** "kept" is an unknown tag: it leads to where it can be added. */
  kind: SubjectKind | "set" | "kept";
  id: string;
  colour: RagColour;
  title: string;
  /** Second line of the name column: when found, or that it is expected. */
  line: string;
  fact: string;
  word: string;
  photos: number;
  time: string;
}

export interface Group {
  key: string;
  title: string;
  aside: string;
  rows: Row[];
}

function wordOf(subject: Subject): string {
  if (!subject.seen) return subject.expected ? t("rag.not_seen") : t("rag.not_here");
  if (subject.colour === "none") return t("rag.found");
  return word("rag", subject.colour);
}

function factOf(index: VisitIndex, subject: Subject): string {
  const { finding, rec } = subject;
  if (!subject.seen) {
    const kept = text(rec, "allocation");
    if (!subject.expected && kept) {
      const who = text(rec, "allocated_to");
      return who ? `${word("allocation", kept)}: ${who}` : word("allocation", kept);
    }
    return rec.kind === "asset" ? kindName(index, rec) : t("fact.expected");
  }
  if (subject.elsewhere) return t("fact.seen_in", { room: roomName(index, subject.elsewhere) });
  if (subject.listedIn) return listedFact(index, subject);
  if (subject.kind === "lot") return spreadWords(counts(finding));
  const condition = text(finding, "condition");
  const faults = faultWords(faultsOf(finding)).toLowerCase();
  if (!condition) return faults ? t("fact.faults", { faults }) : t("fact.not_graded");
  if (faults) return t("fact.graded_faults", { condition, faults });
  const words = conditionWords(condition).toLowerCase();
  const rag = subject.colour;
  if ((condition === "A" || condition === "B") && (rag === "red" || rag === "amber"))
    return t("fact.graded_worse", { condition, rag: word("rag", rag).toLowerCase() });
  return t(condition === "A" ? "fact.graded_fine" : "fact.graded", {
    condition,
    words,
  });
}

function listedFact(index: VisitIndex, subject: Subject): string {
  const room = roomName(index, subject.listedIn);
  const resolution = text(subject.finding, "resolution");
  if (resolution === "on_loan") return t("fact.listed_loan", { room });
  if (resolution === "going_back") return t("fact.listed_back", { room });
  return t("fact.listed", { room });
}

export function spreadWords(spread: readonly [number, number, number, number]): string {
  const grades = ["A", "B", "C", "D"] as const;
  const parts = grades.flatMap((grade, i) => (spread[i] ? [`${spread[i]} ${grade}`] : []));
  return parts.length ? parts.join(", ") : t("fact.not_counted");
}

function lineOf(index: VisitIndex, subject: Subject): string {
  const { finding, rec } = subject;
  const product = rec.kind === "asset" ? productName(index, rec) : undefined;
  if (!subject.seen)
    return subject.expected ? t("fact.expected") : (product ?? typeName(index, rec));
  const time = timeOf(number(finding, "seen_at") ?? 0);
  if (rec.kind === "lot") {
    const total = counts(finding).reduce((sum, n) => sum + n, 0);
    return t("fact.counted", { n: total, of: number(rec, "quantity") ?? 0, time });
  }
  return t("fact.found_at", { time });
}

export function rowOf(index: VisitIndex, subject: Subject): Row {
  const { rec, finding } = subject;
  const at = number(finding, "seen_at");
  return {
    key: `${subject.kind}:${rec.id}`,
    kind: subject.kind,
    id: rec.id,
    colour: subject.colour,
    title: callName(index, rec),
    line: lineOf(index, subject),
    fact: factOf(index, subject),
    word: wordOf(subject),
    photos: finding ? index.photosOf("finding", finding.id).length : 0,
    time: subject.seen && at ? timeOf(at) : "",
  };
}
