// Orders a room's subjects under headings: sets graded together, types, lots, services.
import { LOCALE, t, word } from "../../app/words";
import { once } from "../../app/words/translate";
import type { Rec } from "../../data/types";
import { showTag } from "../../domain/tag";
import { byMade, number, text } from "../fields";
import { roomColour } from "../rating";
import { productName, typeName } from "../subject";
import type { VisitIndex } from "../visit-index";
import { timeOf } from "../when";
import { type Group, type Row, rowOf, type Subject } from "./model";

const CATEGORIES = [
  "classroom_av",
  "user_devices",
  "print",
  "servers_storage",
  "network",
  "power",
  "telephony",
  "safety_access",
  "connectivity",
  "software_licences",
  "systems",
];

/** Sets first, then asset types in the order of the matrix, then lots, then services. */
export function groupSubjects(index: VisitIndex, found: readonly Subject[]): Group[] {
  const subjects = [...found].sort((a, b) => byMade(a.rec, b.rec));
  const sets = bySet(subjects.filter((s) => s.kind === "asset"));
  const inSet = new Set([...sets.values()].flat());
  const single = subjects.filter((s) => s.kind === "asset" && !inSet.has(s));
  return [
    ...setGroup(index, sets),
    ...typeGroups(index, single),
    ...plain(index, subjects, "lot", "group.lots", "group.lots_aside"),
    ...plain(index, subjects, "system", "group.systems", "group.systems_aside"),
  ];
}

/**
 * A set of one is no set: its only part stands under its own type. Parts stand in the order they
 * were made in, so that a set keeps its name however the records were read.
 */
function bySet(assets: readonly Subject[]): Map<string, Subject[]> {
  const sets = new Map<string, Subject[]>();
  for (const subject of assets) {
    const id = text(subject.rec, "set_id");
    if (id) sets.set(id, [...(sets.get(id) ?? []), subject]);
  }
  for (const [id, parts] of sets) {
    if (parts.length < 2) sets.delete(id);
    else parts.sort((a, b) => byMade(a.rec, b.rec));
  }
  return sets;
}

/** Tags scanned here that no list knows: kept, and still to be bound while they are ours. */
export function keptTags(index: VisitIndex, room: string): Group[] {
  const kept = index.seenIn(room).filter((finding) => text(finding, "subject_kind") === "tag");
  if (kept.length === 0) return [];
  const rows = kept.map((finding): Row => {
    const code = text(finding, "code") ?? "";
    const at = number(finding, "seen_at");
    const time = at ? timeOf(at) : "";
    return {
      key: `kept:${code}`,
      kind: "kept",
      id: code,
      colour: "none",
      title: showTag(code),
      line: t("kept.scanned", { time }),
      fact: word("resolution", text(finding, "resolution") ?? "later"),
      word: t("kept.word"),
      photos: 0,
      time,
    };
  });
  return [
    { key: "kept", title: t("kept.title"), aside: String(rows.length), rows: rows.sort(byTitle) },
  ];
}

export function setParts(subjects: readonly Subject[], setId: string): Subject[] {
  return bySet(subjects.filter((s) => s.kind === "asset")).get(setId) ?? [];
}

export function setName(index: VisitIndex, parts: readonly Subject[]): string {
  const names = parts.map((part) => typeName(index, part.rec));
  const first = names[0] ?? "";
  return parts.length > 2
    ? t("set.name_more", { first, n: parts.length - 1 })
    : names.map((name, i) => (i ? name.toLowerCase() : name)).join(", ");
}

function setGroup(index: VisitIndex, sets: Map<string, Subject[]>): Group[] {
  if (sets.size === 0) return [];
  const rows = [...sets].map(([id, parts]) => setRow(index, id, parts));
  return [{ key: "sets", title: t("group.sets"), aside: t("group.sets_aside"), rows }];
}

function setRow(index: VisitIndex, id: string, parts: readonly Subject[]): Row {
  const seen = parts.filter((part) => part.seen);
  const colour = roomColour(parts);
  const at = Math.max(0, ...seen.map((part) => number(part.finding, "seen_at") ?? 0));
  const photos = parts.reduce(
    (sum, part) => sum + (part.finding ? index.photosOf("finding", part.finding.id).length : 0),
    0,
  );
  return {
    key: `set:${id}`,
    kind: "set",
    id,
    colour: seen.length === 0 ? "none" : colour,
    title: setName(index, parts),
    line: at ? t("fact.found_at", { time: timeOf(at) }) : t("fact.expected"),
    fact: t("set.parts", { n: seen.length, of: parts.length }),
    word:
      seen.length === 0
        ? t("rag.not_seen")
        : colour === "none"
          ? t("rag.found")
          : word("rag", colour),
    photos,
    time: at ? timeOf(at) : "",
  };
}

function typeGroups(index: VisitIndex, subjects: readonly Subject[]): Group[] {
  const groups = new Map<string, Subject[]>();
  for (const subject of subjects) {
    const id = text(subject.rec, "asset_type_id") ?? "";
    const group = groups.get(id);
    if (group) group.push(subject);
    else groups.set(id, [subject]);
  }
  const place = (id: string): number => {
    const at = CATEGORIES.indexOf(text(index.type(id), "category") ?? "");
    return at < 0 ? CATEGORIES.length : at;
  };
  return [...groups]
    .sort(
      ([a], [b]) =>
        place(a) - place(b) || typeKey(index.type(a)).localeCompare(typeKey(index.type(b))),
    )
    .map(([id, members]) => typeGroup(index, id, members));
}

const typeKey = (type: Rec | undefined): string => text(type, "name") ?? "";
const names = once(() => new Intl.Collator(LOCALE, { numeric: true }));
const byTitle = (a: Row, b: Row): number => names().compare(a.title, b.title);

/** The product that most of a group are: it stands in the heading and the others name theirs. */
function mainProduct(index: VisitIndex, members: readonly Subject[]): string | undefined {
  const sums = new Map<string, number>();
  for (const member of members) {
    const product = productName(index, member.rec);
    if (product) sums.set(product, (sums.get(product) ?? 0) + 1);
  }
  const [most] = [...sums].sort(([, a], [, b]) => b - a);
  return most && most[1] * 2 > members.length ? most[0] : undefined;
}

/** "Laptops, Dell Latitude 5420", its rows then say only what differs. */
function typeGroup(index: VisitIndex, id: string, members: readonly Subject[]): Group {
  const product = mainProduct(index, members);
  const type = text(index.type(id), "name") ?? t("asset.kind_unknown");
  const rows = members.map((member) => differing(index, member, product));
  return {
    key: id,
    title: product ? `${type}, ${product}` : type,
    aside: foundOf(members),
    rows: rows.sort(byTitle),
  };
}

/** What the heading says already is not said again: another product, or the serial to look for. */
function differing(index: VisitIndex, member: Subject, product: string | undefined): Row {
  const row = rowOf(index, member);
  const own = productName(index, member.rec);
  if (member.seen) {
    return own && own !== product ? { ...row, line: `${own}, ${row.line.toLowerCase()}` } : row;
  }
  const serial = text(member.rec, "serial");
  const plain = member.expected && own === product && serial !== undefined;
  return plain ? { ...row, fact: t("type.serial", { serial }) } : row;
}

function foundOf(members: readonly Subject[]): string {
  const expected = members.filter((member) => member.expected);
  if (expected.length === 0) return t("group.handed_out", { n: members.length });
  return t("count.of", { n: expected.filter((member) => member.seen).length, of: expected.length });
}

function plain(
  index: VisitIndex,
  subjects: readonly Subject[],
  kind: "lot" | "system",
  title: "group.lots" | "group.systems",
  aside: "group.lots_aside" | "group.systems_aside",
): Group[] {
  const members = subjects.filter((subject) => subject.kind === kind);
  if (members.length === 0) return [];
  const rows = members.map((member) => ({
    ...rowOf(index, member),
    title: ownName(index, member),
  }));
  return [
    {
      key: kind,
      title: t(title),
      aside: t(aside, { n: members.length }),
      rows: rows.sort(byTitle),
    },
  ];
}

const ownName = (index: VisitIndex, subject: Subject): string =>
  text(subject.rec, "name") ?? typeName(index, subject.rec);
