// A visit as rooms by building, with how far each is; and the search for a room or an asset.
import { t, word } from "../../app/words";
import type { Rec } from "../../data/types";
import type { RagColour } from "../../ui/icon";
import { byMade, number, text } from "../fields";
import {
  isClosed,
  isIssue,
  progressOf,
  type Rate,
  type Show,
  type Subject,
  subjectsIn,
} from "../room/model";
import { fold } from "../scan/code";
import { callName, kindName, roomName } from "../subject";
import type { VisitIndex } from "../visit-index";
import { countsAsRoom } from "../visits/model";
import { whenOf } from "../when";

export interface RoomRow {
  id: string;
  name: string;
  building: string;
  /** Whole school and Unplaced are listed but are no rooms to count. */
  builtin: boolean;
  colour: RagColour;
  expected: number;
  found: number;
  state: string | undefined;
  closed: boolean;
  underWay: boolean;
  issue: boolean;
  note: string;
}

export interface BuildingGroup {
  name: string;
  done: number;
  rooms: RoomRow[];
}

const rowsOf = new WeakMap<VisitIndex, RoomRow[]>();

/** Every room in walking order; worked out once for each state of the store. */
export function roomRows(index: VisitIndex, rate: Rate, now: number): RoomRow[] {
  const known = rowsOf.get(index);
  if (known) return known;
  const rows: RoomRow[] = [];
  for (const room of index.rooms) {
    const subjects = subjectsIn(index, rate, room.id);
    if (!countsAsRoom(room.f.builtin, subjects.length)) continue;
    rows.push(rowOf(index, room, subjects, now));
  }
  rowsOf.set(index, rows);
  return rows;
}

function rowOf(index: VisitIndex, room: Rec, subjects: readonly Subject[], now: number): RoomRow {
  const progress = progressOf(index, subjects, room.id);
  const closed = isClosed(progress.state);
  const building = index.building(text(room, "building_id"));
  return {
    id: room.id,
    name: roomName(index, room.id),
    building: text(building, "name") ?? t("rooms.no_building"),
    builtin: room.f.builtin !== undefined && room.f.builtin !== null,
    colour: progress.colour,
    expected: progress.expected,
    found: progress.found,
    state: progress.state,
    closed,
    underWay: !closed && (progress.colour !== "none" || progress.state === "started"),
    issue: subjects.some(isIssue),
    note: noteOf(index, room, progress.colour, progress.state, now),
  };
}

function noteOf(
  index: VisitIndex,
  room: Rec,
  colour: RagColour,
  state: string | undefined,
  now: number,
): string {
  const walk = index.walk(room.id);
  const done = number(walk, "done_at");
  const when = done === undefined ? "" : whenOf(done, now);
  if (state === "no_access") return t("rooms.no_access", { reason: text(walk, "reason") ?? "" });
  if (state === "empty") return t("rooms.empty_done", { when });
  const name = colour === "none" ? t("rag.not_rated") : word("rag", colour);
  if (state === "done") return t("rooms.done", { colour: name, when });
  if (colour === "none") return state === "started" ? t("rooms.started") : t("rooms.not_started");
  return t("rooms.so_far", { colour: name });
}

export function byBuilding(rows: readonly RoomRow[]): BuildingGroup[] {
  const groups = new Map<string, RoomRow[]>();
  for (const row of rows) {
    const group = groups.get(row.building);
    if (group) group.push(row);
    else groups.set(row.building, [row]);
  }
  return [...groups].map(([name, rooms]) => ({
    name,
    rooms,
    done: rooms.filter((room) => room.closed).length,
  }));
}

export function shownRooms(rows: readonly RoomRow[], show: Show): RoomRow[] {
  if (show === "todo") return rows.filter((row) => !row.closed);
  if (show === "issues") return rows.filter((row) => row.issue);
  return [...rows];
}

/** The next room to walk: after this one in walking order, then from the start. */
export function nextRoom(rows: readonly RoomRow[], from: string | undefined): RoomRow | undefined {
  const at = rows.findIndex((row) => row.id === from);
  const order = [...rows.slice(at + 1), ...rows.slice(0, Math.max(at, 0))];
  return order.find((row) => !row.closed && row.id !== from);
}

interface Searchable {
  asset: Rec;
  plain: string;
  /** Codes and serials, with 0/O and 1/I/L folded. */
  folded: string;
}

export interface AssetHit {
  id: string;
  room: string;
  title: string;
  note: string;
}

const MOST = 30;
const searchables = new WeakMap<readonly Rec[], { tags: readonly Rec[]; list: Searchable[] }>();

/** Made once for a register: findings come and go without touching it. */
export function searchable(index: VisitIndex): Searchable[] {
  const { assets, tags } = index.register();
  const known = searchables.get(assets);
  if (known?.tags === tags) return known.list;
  const list = index.rooms.flatMap((room) =>
    [...index.assetsIn(room.id)].sort(byMade).map((asset) => {
      const code = index.tagOf(asset.id) ?? "";
      const serial = text(asset, "serial") ?? "";
      const plain = `${text(asset, "name") ?? ""} ${kindName(index, asset)}`.toLowerCase();
      return { asset, plain, folded: `${fold(code)}|${fold(serial)}` };
    }),
  );
  searchables.set(assets, { tags, list });
  return list;
}

/** Assets by tag, serial, name or product: the last four characters of either code are enough. */
export function findAssets(index: VisitIndex, typed: string): AssetHit[] {
  const plain = typed.trim().toLowerCase();
  const folded = fold(typed);
  if (plain.length < 2) return [];
  const hits: AssetHit[] = [];
  for (const each of searchable(index)) {
    if (!each.plain.includes(plain) && !(folded.length > 1 && each.folded.includes(folded)))
      continue;
    const room = text(each.asset, "room_id") ?? "";
    hits.push({
      id: each.asset.id,
      room,
      title: callName(index, each.asset),
      note: t("find.in_room", { what: kindName(index, each.asset), room: roomName(index, room) }),
    });
    if (hits.length === MOST) break;
  }
  return hits;
}

export function findRooms(rows: readonly RoomRow[], typed: string): RoomRow[] {
  const plain = typed.trim().toLowerCase();
  return rows.filter((row) => `${row.name} ${row.building}`.toLowerCase().includes(plain));
}
