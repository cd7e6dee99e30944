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
const groupings = new WeakMap<readonly Rec[], Map<string, Grouping>>();

/** Group a list once: the store hands out the same array until something in it changes. */
function grouped(list: readonly Rec[], name: string, key: (rec: Rec) => string | undefined) {
  let known = groupings.get(list);
  if (!known) {
    known = new Map();
    groupings.set(list, known);
  }
  let grouping = known.get(name);
  if (!grouping) {
    grouping = new Map();
    for (const rec of list) {
      const k = key(rec);
      if (k === undefined) continue;
      const group = grouping.get(k);
      if (group) group.push(rec);
      else grouping.set(k, [rec]);
    }
    known.set(name, grouping);
  }
  return grouping;
}

const byField = (field: string) => (rec: Rec) => text(rec, field);
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
  // The rooms need no tags: thousands of records that a cold start leaves closed.
  const tags = () => store.list("tag", schoolId);
  const findings = store.list("finding", visit.id);
  const photos = store.list("photo", visit.id);
  const walks = store.list("room_walk", visit.id);
  const types = once(() => [...store.list("asset_type")].sort(byMade));
  const products = once(() => [...store.list("product")].sort(byMade));
  const inRoom = (kind: string) => grouped(store.list(kind, schoolId), "room", standing);
  const byRoom = { asset: inRoom("asset"), lot: inRoom("lot"), system: inRoom("system") };
  const findingBy = grouped(
    findings,
    "subject",
    (f) => `${text(f, "subject_kind")}:${text(f, "subject_id")}`,
  );
  const seenBy = grouped(findings, "seen", seenRoom);
  const walkBy = grouped(walks, "room", byField("room_id"));
  const photoBy = grouped(
    photos,
    "owner",
    (p) => `${text(p, "owner_kind")}:${text(p, "owner_id")}`,
  );
  const tagBy = () => grouped(tags(), "asset", byField("asset_id"));
  const codeBy = () => grouped(tags(), "code", byField("code"));
  const rooms = [...store.list("room", schoolId)].sort(walkingOrder(store));
  return {
    visit,
    schoolId,
    register: () => ({ assets: store.list("asset", schoolId), tags: tags() }),
    school: store.get("school", schoolId),
    organisationScope: types()[0]?.scope ?? store.me.organisation_id,
    rooms,
    room: (id) => store.get("room", id),
    building: (id) => (id ? store.get("building", id) : undefined),
    assetsIn: (room) => byRoom.asset.get(room) ?? NONE,
    lotsIn: (room) => byRoom.lot.get(room) ?? NONE,
    systemsIn: (room) => byRoom.system.get(room) ?? NONE,
    finding: (kind, id) => findingBy.get(`${kind}:${id}`)?.[0],
    seenIn: (room) => seenBy.get(room) ?? NONE,
    walk: (room) => walkBy.get(room)?.[0],
    tagOf: (asset) => newest(tagBy().get(asset) ?? NONE),
    tag: (code) => codeBy().get(code)?.[0],
    photosOf: (kind, id) => inOrder(photoBy.get(`${kind}:${id}`) ?? NONE),
    type: (id) => (id ? store.get("asset_type", id) : undefined),
    types,
    products,
    product: (id) => (id ? store.get("product", id) : undefined),
    subject: (kind, id) => store.get(kind, id),
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
  const names = new Intl.Collator("en-GB", { numeric: true });
  return (a, b) =>
    rank(a) - rank(b) ||
    names.compare(text(a, "building_id") ?? "", text(b, "building_id") ?? "") ||
    (number(a, "walk_order") ?? 0) - (number(b, "walk_order") ?? 0) ||
    names.compare(text(a, "name") ?? "", text(b, "name") ?? "");
}
