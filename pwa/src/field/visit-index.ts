// One visit's records, grouped for reading: what is expected in a room, and what was seen of it.

import { once } from "../app/words/translate";
import type { Rec, Store } from "../data/types";
import { byMade, flag, number, text } from "./fields";

export type SubjectKind = "asset" | "lot" | "system" | "tag";

export interface VisitIndex {
  visit: Rec;
  school: Rec | undefined;
  schoolId: string;
  organisationScope: string;
  /** The lists as the store gave them: they stay the same until something in them changes. */
  register(): { assets: readonly Rec[]; tags: readonly Rec[] };
  /** In walking order. */
  rooms: readonly Rec[];
  room(id: string): Rec | undefined;
  building(id: string | undefined): Rec | undefined;
  assetsIn(room: string): readonly Rec[];
  lotsIn(room: string): readonly Rec[];
  systemsIn(room: string): readonly Rec[];
  finding(kind: string, id: string): Rec | undefined;
  /** Findings whose subject was seen in this room, whatever its own room. */
  seenIn(room: string): readonly Rec[];
  walk(room: string): Rec | undefined;
  tagOf(asset: string): string | undefined;
  tag(code: string): Rec | undefined;
  photosOf(ownerKind: string, ownerId: string): readonly Rec[];
  type(id: string | undefined): Rec | undefined;
  types(): readonly Rec[];
  products(): readonly Rec[];
  product(id: string | undefined): Rec | undefined;
  subject(kind: string, id: string): Rec | undefined;
}

const NONE: readonly Rec[] = [];
const GONE = new Set(["retired", "disposed"]);

type Grouping = Map<string, Rec[]>;
type Key = (rec: Rec) => string | undefined;
const groupings = new WeakMap<readonly Rec[], Map<string, Grouping>>();
/** The list that was grouped last under a name: the next one is nearly the same. */
const lists = new Map<string, readonly Rec[]>();
const FEW = 8;

/** Group a list once: the store hands out the same array until something in it changes. */
function grouped(list: readonly Rec[], name: string, key: Key): Grouping {
  let known = groupings.get(list);
  if (!known) {
    known = new Map();
    groupings.set(list, known);
  }
  let grouping = known.get(name);
  if (!grouping) {
    const before = lists.get(name) ?? NONE;
    const old = groupings.get(before)?.get(name);
    grouping = (old && regrouped(old, before, list, key)) ?? groupedAnew(list, key);
    known.set(name, grouping);
    lists.set(name, list);
  }
  return grouping;
}

function groupedAnew(list: readonly Rec[], key: Key): Grouping {
  const grouping: Grouping = new Map();
  for (const rec of list) {
    const k = key(rec);
    if (k === undefined) continue;
    const group = grouping.get(k);
    if (group) group.push(rec);
    else grouping.set(k, [rec]);
  }
  return grouping;
}

/** A tap changes one record of thousands, and hardly ever the group in which it is. */
function regrouped(
  old: Grouping,
  before: readonly Rec[],
  list: readonly Rec[],
  key: Key,
): Grouping | undefined {
  if (before.length !== list.length) return undefined;
  const changed = new Map<Rec, Rec>();
  for (const [i, was] of before.entries()) {
    const is = list[i] as Rec;
    if (is === was) continue;
    if (changed.size === FEW || key(was) !== key(is)) return undefined;
    changed.set(was, is);
  }
  const grouping = new Map(old);
  for (const k of new Set([...changed.values()].map(key))) {
    if (k === undefined) continue;
    const group = old.get(k) ?? NONE;
    grouping.set(
      k,
      group.map((rec) => changed.get(rec) ?? rec),
    );
  }
  return grouping;
}

let walked:
  | { rooms: readonly Rec[]; buildings: readonly Rec[]; sorted: readonly Rec[] }
  | undefined;

/** Sorted once for as long as rooms and buildings stay the same. */
function inWalkingOrder(store: Store, rooms: readonly Rec[]): readonly Rec[] {
  const buildings = store.list("building");
  if (walked?.rooms !== rooms || walked.buildings !== buildings) {
    walked = { rooms, buildings, sorted: [...rooms].sort(walkingOrder(store)) };
  }
  return walked.sorted;
}

const byField = (field: string) => (rec: Rec) => text(rec, field);
const byPair = (kind: string, id: string) => (rec: Rec) => `${text(rec, kind)}:${text(rec, id)}`;
const standing = (rec: Rec) =>
  GONE.has(text(rec, "life_state") ?? "") ? undefined : text(rec, "room_id");
const seenRoom = (rec: Rec) =>
  flag(rec, "seen") && !flag(rec, "void") ? text(rec, "seen_room_id") : undefined;

let last: { store: Store; version: number; visit: string; index: VisitIndex } | undefined;

/** Return the index of a visit that is on this tablet; it stays the same until the store changes. */
export function indexVisit(store: Store, visitId: string): VisitIndex | undefined {
  const version = store.version.value;
  if (last?.store === store && last.version === version && last.visit === visitId)
    return last.index;
  const visit = store.get("visit", visitId);
  const schoolId = text(visit, "school_id");
  if (!visit || !schoolId) return undefined;
  const index = build(store, visit, schoolId);
  last = { store, version, visit: visitId, index };
  return index;
}

function build(store: Store, visit: Rec, schoolId: string): VisitIndex {
  const kit = kitOf(store);
  const inRoom = (kind: string) => grouped(store.list(kind, schoolId), `room of ${kind}`, standing);
  const byRoom = { asset: inRoom("asset"), lot: inRoom("lot"), system: inRoom("system") };
  const rooms = inWalkingOrder(store, store.list("room", schoolId));
  return {
    visit,
    schoolId,
    register: () => ({
      assets: store.list("asset", schoolId),
      tags: store.list("tag", schoolId),
    }),
    school: store.get("school", schoolId),
    organisationScope: kit.types()[0]?.scope ?? store.me.organisation_id,
    rooms,
    room: (id) => store.get("room", id),
    building: (id) => (id ? store.get("building", id) : undefined),
    assetsIn: (room) => byRoom.asset.get(room) ?? NONE,
    lotsIn: (room) => byRoom.lot.get(room) ?? NONE,
    systemsIn: (room) => byRoom.system.get(room) ?? NONE,
    subject: (kind, id) => store.get(kind, id),
    ...kit,
    ...tagsOf(store, schoolId),
    ...seenOn(store, visit.id),
  };
}

type Kit = Pick<VisitIndex, "type" | "types" | "product" | "products">;

/** What things can be: the types and products that the organisation knows. */
function kitOf(store: Store): Kit {
  return {
    type: (id) => (id ? store.get("asset_type", id) : undefined),
    types: once(() => [...store.list("asset_type")].sort(byMade)),
    product: (id) => (id ? store.get("product", id) : undefined),
    products: once(() => [...store.list("product")].sort(byMade)),
  };
}

/** The rooms need no tags: thousands of records that a cold start leaves closed. */
function tagsOf(store: Store, schoolId: string): Pick<VisitIndex, "tag" | "tagOf"> {
  const tags = () => store.list("tag", schoolId);
  const byAsset = () => grouped(tags(), "asset", byField("asset_id"));
  const byCode = () => grouped(tags(), "code", byField("code"));
  return {
    tagOf: (asset) => newest(byAsset().get(asset) ?? NONE),
    tag: (code) => byCode().get(code)?.[0],
  };
}

type Seen = Pick<VisitIndex, "finding" | "seenIn" | "walk" | "photosOf">;

/** What the visit itself has brought so far. */
function seenOn(store: Store, visitId: string): Seen {
  const findings = store.list("finding", visitId);
  // By the id alone: a list of rooms asks for every thing's, and joining two texts takes longer.
  const bySubject = grouped(findings, "subject", byField("subject_id"));
  const byRoom = grouped(findings, "seen", seenRoom);
  const walks = grouped(store.list("room_walk", visitId), "room", byField("room_id"));
  const photos = grouped(store.list("photo", visitId), "owner", byPair("owner_kind", "owner_id"));
  return {
    finding: (kind, id) => bySubject.get(id)?.find(({ f }) => f.subject_kind === kind),
    seenIn: (room) => byRoom.get(room) ?? NONE,
    walk: (room) => walks.get(room)?.[0],
    photosOf: (kind, id) => inOrder(photos.get(`${kind}:${id}`) ?? NONE),
  };
}

/** Of several labels on one thing the newest bound one counts; retired ones last. */
function newest(tags: readonly Rec[]): string | undefined {
  let best: Rec | undefined;
  for (const tag of tags) {
    if (!best || bound(tag) > bound(best)) best = tag;
  }
  return text(best, "code");
}

const bound = (tag: Rec): number => (flag(tag, "retired") ? -1 : (number(tag, "bound_at") ?? 0));

function inOrder(photos: readonly Rec[]): readonly Rec[] {
  const replaced = new Set(photos.map((photo) => text(photo, "supersedes")));
  const kept = photos.filter((photo) => !replaced.has(photo.id));
  return kept.sort((a, b) => (number(a, "taken_at") ?? 0) - (number(b, "taken_at") ?? 0));
}

/** Built-in rooms stand last; else by building, then the walk's own order, then the name. */
function walkingOrder(store: Store): (a: Rec, b: Rec) => number {
  const rank = (room: Rec): number => {
    if (text(room, "builtin")) return 1e6;
    return number(store.get("building", text(room, "building_id") ?? ""), "rank") ?? 1e5;
  };
  // Made when two rooms share a place in the order: to make it takes longer than to sort.
  const names = once(() => new Intl.Collator("en-GB", { numeric: true }));
  const building = (room: Rec): string => text(room, "building_id") ?? "";
  return (a, b) =>
    rank(a) - rank(b) ||
    Number(building(a) > building(b)) - Number(building(a) < building(b)) ||
    (number(a, "walk_order") ?? 0) - (number(b, "walk_order") ?? 0) ||
    names().compare(text(a, "name") ?? "", text(b, "name") ?? "");
}
