// One invented school for tests and the dev page: rooms, kit, a visit half walked. Not in the build.
import type { Value, VisitCard } from "../data/types";
import { checkCharacter, TAG_ALPHABET } from "../domain/tag";
import { naturalId } from "../sync/ids";
import { type SampleStore, sampleStore } from "./sample-store";

export const VISIT = "aaaaaaaa-0000-4000-8000-000000000001";
export const SCHOOL = "aaaaaaaa-0000-4000-8000-000000000002";
export const NOW = Date.parse("2026-11-23T10:46:00Z");

const LAPTOP_FAULTS = ["hinge", "screen", "keyboard", "battery", "case", "ports", "charger", "camera"];
const YES_NO = ["yes", "no", "not_sure"];

/** The n-th of a fixed row of valid codes. */
export function sampleCode(n: number): string {
  for (let step = 0; ; step += 1) {
    let left = (n * 7919 + step * 104729 + 5_000_011) * 31;
    let body = "";
    for (let i = 0; i < 7; i += 1) {
      body += TAG_ALPHABET.charAt(left % 32);
      left = Math.floor(left / 3) + i * 17;
    }
    const check = checkCharacter(body);
    if (TAG_ALPHABET.includes(check)) return body + check;
  }
}

export interface Sample {
  store: SampleStore;
  rooms: Record<string, string>;
  types: Record<string, string>;
  codes: { blank: string; sister: string; foreign: string };
}

let made = 0;
const id = (): string => `bbbbbbbb-0000-4000-8000-${String((made += 1)).padStart(12, "0")}`;

export function sampleSchool(): Sample {
  made = 0;
  const store = sampleStore();
  const types = sampleTypes(store);
  store.put("school", SCHOOL, SCHOOL, { name: "Fernwick Primary" });
  store.put("visit", VISIT, VISIT, {
    school_id: SCHOOL,
    name: "Autumn audit",
    starts_on: "2026-11-23",
    ends_on: "2026-11-25",
    state: "open",
    checklists: [{ about: "room", name: "Room", version: 1, questions: sampleQuestions() }],
  });
  const rooms = sampleRooms(store);
  sampleKit(store, rooms, types);
  const codes = { blank: sampleCode(9001), sister: sampleCode(9002), foreign: sampleCode(9003) };
  store.owners.set(codes.blank, "ours");
  store.owners.set(codes.sister, "sister");
  store.downloaded.value = [VISIT];
  store.visits.value = sampleCards();
  store.ratedAt.value = Date.parse("2026-11-03T06:00:00Z");
  return { store, rooms, types, codes };
}

function sampleTypes(store: SampleStore): Record<string, string> {
  const org = store.me.organisation_id;
  const types: Record<string, string> = {};
  const rows: [string, string, string, string, string[], boolean][] = [
    ["laptop", "Laptops", "user_devices", "asset", LAPTOP_FAULTS, false],
    ["interactive_panel", "Interactive panel", "classroom_av", "asset", ["image", "touch", "sound", "remote"], true],
    ["visualiser", "Visualiser", "classroom_av", "asset", ["image", "arm"], false],
    ["amplifier", "Amplifier and speakers", "classroom_av", "asset", ["sound"], false],
    ["edge_switch", "Edge switch", "network", "asset", ["ports", "fan"], true],
    ["headsets", "Headsets", "user_devices", "lot", ["sound", "microphone"], false],
    ["mis", "Management information system", "systems", "system", [], true],
    ["backup", "Backup", "systems", "system", [], true],
  ];
  for (const [key, name, category, countsAs, faults, critical] of rows) {
    types[key] = id();
    store.put("asset_type", types[key], org, { key, name, category, counts_as: countsAs, faults, critical });
  }
  for (const [maker, model, type] of [
    ["Dell", "Latitude 5420", "laptop"],
    ["Dell", "Latitude 5410", "laptop"],
    ["HP", "ProBook 440 G9", "laptop"],
    ["Promethean", "ActivPanel 9", "interactive_panel"],
  ] as const) {
    types[model] = id();
    store.put("product", types[model], org, { maker, model, asset_type_id: types[type] ?? "" });
  }
  return types;
}

function sampleQuestions(): Value[] {
  const ask = (key: string, text: string, answer: string, choices: string[], help = "", photo_if = "") => ({
    key,
    text,
    answer,
    choices,
    help,
    photo_if,
  });
  return [
    ask("wifi_works", "Does Wi-Fi work in the whole room?", "choice", YES_NO, "Try the corner furthest from the access point."),
    ask("sockets", "Are there enough power sockets where they are needed?", "choice", ["enough", "too_few", "none", "not_sure"]),
    ask("cabling_safe", "Are cables out of the way and mountings firm?", "choice", YES_NO, "", "no"),
    ask("seats", "How many seats have a device?", "number", []),
    ask("uses", "What is the room used for?", "multi", ["lessons", "exams", "clubs", "meetings"]),
    ask("remark", "Anything else about the room?", "text", []),
  ];
}

function sampleRooms(store: SampleStore): Record<string, string> {
  const rooms: Record<string, string> = {};
  const buildings: [string, string[]][] = [
    ["Block A", ["ICT1", "ICT2", "ICT4", "Server cupboard", "Library", "Main hall", "A7 classroom"]],
    ["Block B", ["B1 classroom", "B2 classroom", "Music"]],
    ["Main building", ["Reception", "Staff room"]],
  ];
  buildings.forEach(([name, names], rank) => {
    const building = id();
    store.put("building", building, SCHOOL, { name, rank });
    names.forEach((room, walk_order) => {
      rooms[room] = id();
      store.put("room", rooms[room], SCHOOL, { name: room, building_id: building, walk_order });
    });
  });
  rooms.whole = id();
  store.put("room", rooms.whole, SCHOOL, { name: "Whole school", builtin: "whole_school" });
  rooms.unplaced = id();
  store.put("room", rooms.unplaced, SCHOOL, { name: "Unplaced", builtin: "unplaced" });
  return rooms;
}

function at(clock: string): number {
  return Date.parse(`2026-11-23T${clock}:00Z`);
}

function sampleKit(store: SampleStore, rooms: Record<string, string>, types: Record<string, string>): void {
  let code = 1;
  const before = { condition: "B", condition_at: Date.parse("2025-11-12T10:00:00Z"), "faults/case": true };
  function asset(room: string, type: string, f: Record<string, Value> = {}): string {
    const asset = id();
    store.put("asset", asset, SCHOOL, { asset_type_id: types[type] ?? "", room_id: rooms[room] ?? "", ...f });
    const tag = sampleCode(code++);
    store.put("tag", naturalId("tag", store.me.organisation_id, tag), SCHOOL, { code: tag, asset_id: asset, bound_at: 1 });
    return asset;
  }
  function found(kind: string, subject: string, room: string, clock: string, f: Record<string, Value> = {}): string {
    const finding = naturalId("finding", store.me.organisation_id, VISIT, kind, subject);
    const seen = { seen: true, seen_at: at(clock), seen_room_id: rooms[room] ?? "", resolution: "here" };
    store.put("finding", finding, VISIT, { visit_id: VISIT, subject_kind: kind, subject_id: subject, ...seen, ...f });
    return finding;
  }
  function walked(room: string, state: string, clock: string, f: Record<string, Value> = {}): void {
    const walk = naturalId("room_walk", store.me.organisation_id, VISIT, rooms[room] ?? "");
    store.put("room_walk", walk, VISIT, { visit_id: VISIT, room_id: rooms[room] ?? "", state, done_at: at(clock), ...f });
  }
  const dell = { product_id: types["Latitude 5420"] ?? "", bought_on: "2019-09-02", ...before };
  for (let i = 0; i < 24; i += 1) {
    const laptop = asset("ICT2", "laptop", { ...dell, serial: `9QW4H${13 + i}` });
    if (i === 3) found("asset", laptop, "ICT2", "10:33", { condition: "D", "faults/battery": true });
    else if (i === 7) found("asset", laptop, "ICT2", "10:34", { condition: "C", "faults/hinge": true, "faults/case": true, note: "Lid lifts on the left. Still used every day." });
    else if (i < 18) found("asset", laptop, "ICT2", "10:31", { condition: i % 3 ? "A" : "B" });
  }
  const set = id();
  for (const type of ["interactive_panel", "visualiser", "amplifier"]) {
    const part = asset("ICT2", type, { set_id: set, bought_on: "2021-08-20" });
    found("asset", part, "ICT2", "10:21", { condition: "A" });
  }
  const stray = asset("ICT4", "laptop", { product_id: types["Latitude 5410"] ?? "" });
  found("asset", stray, "ICT2", "10:31", { resolution: "on_loan" });
  const lot = id();
  store.put("lot", lot, SCHOOL, { asset_type_id: types.headsets ?? "", room_id: rooms.ICT2 ?? "", name: "Headsets", quantity: 16 });
  found("lot", lot, "ICT2", "10:25", { count_a: 12, count_c: 3, count_d: 1 });
  for (let i = 0; i < 6; i += 1) asset("ICT4", "laptop", { product_id: types["Latitude 5410"] ?? "" });
  for (let i = 0; i < 8; i += 1) found("asset", asset("ICT1", "laptop", dell), "ICT1", "09:40", { condition: "A" });
  const sw = asset("Server cupboard", "edge_switch", { name: "SW-01" });
  found("asset", sw, "Server cupboard", "09:15", { condition: "D" });
  for (let i = 0; i < 5; i += 1) {
    const laptop = asset("Library", "laptop");
    if (i < 3) found("asset", laptop, "Library", "10:05", { condition: "A" });
  }
  for (const room of ["Main hall", "A7 classroom", "B1 classroom", "B2 classroom", "Music", "Reception"]) {
    for (let i = 0; i < 3; i += 1) asset(room, "laptop");
  }
  for (const [key, name] of [["mis", "Arbor"], ["backup", "Offsite backup"]] as const) {
    store.put("system", id(), SCHOOL, { asset_type_id: types[key] ?? "", room_id: rooms.whole ?? "", name, supplier: "Northgate" });
  }
  walked("ICT1", "done", "09:52");
  walked("Server cupboard", "done", "09:20");
  walked("ICT2", "started", "10:20", { done_at: null, "answers/wifi_works": "yes" });
  walked("Staff room", "empty", "09:05");
}

function sampleCards(): VisitCard[] {
  const card = (id: string, school: string, starts: string, ends: string, more: Partial<VisitCard>): VisitCard => ({
    id,
    name: "Autumn audit",
    school_id: id,
    school_name: school,
    starts_on: starts,
    ends_on: ends,
    state: "open",
    rooms: 0,
    rooms_done: 0,
    assets: 0,
    found: 0,
    bytes: 0,
    ...more,
  });
  return [
    card(VISIT, "Fernwick Primary", "2026-11-23", "2026-11-25", { rooms: 13, rooms_done: 3, assets: 60, found: 34 }),
    card("v2", "Thornbeck High", "2026-11-23", "2026-11-24", { rooms: 88, assets: 1240, bytes: 12e6 }),
    card("v3", "Larkholt Juniors", "2026-11-25", "2026-11-25", { rooms: 41, bytes: 9e6 }),
    card("v4", "Pennhollow Academy", "2026-11-30", "2026-12-02", { rooms: 70, bytes: 14e6 }),
    card("v5", "Ravensholt Primary", "2026-11-10", "2026-11-12", { state: "closed", rooms: 38, rooms_done: 38 }),
  ];
}
