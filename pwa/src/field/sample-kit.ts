// What stands in the invented school: types, products, questions, kit and what was seen of it.
import type { Value } from "../data/types";
import { checkCharacter, TAG_ALPHABET } from "../domain/tag";
import { naturalId } from "../sync/ids";
import type { SampleStore } from "./sample-store";

export const VISIT = "aaaaaaaa-0000-4000-8000-000000000001";
export const SCHOOL = "aaaaaaaa-0000-4000-8000-000000000002";
const LAPTOP_FAULTS = [
  "hinge",
  "screen",
  "keyboard",
  "battery",
  "case",
  "ports",
  "charger",
  "camera",
];
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

let made = 0;
export function restartIds(): void {
  made = 0;
}
function next(): number {
  made += 1;
  return made;
}
export const id = (): string => `bbbbbbbb-0000-4000-8000-${String(next()).padStart(12, "0")}`;

export function sampleTypes(store: SampleStore): Record<string, string> {
  const org = store.me.organisation_id;
  const types: Record<string, string> = {};
  const rows: [string, string, string, string, string[], boolean][] = [
    ["laptop", "Laptops", "user_devices", "asset", LAPTOP_FAULTS, false],
    [
      "interactive_panel",
      "Interactive panel",
      "classroom_av",
      "asset",
      ["image", "touch", "sound", "remote"],
      true,
    ],
    ["visualiser", "Visualiser", "classroom_av", "asset", ["image", "arm"], false],
    ["amplifier", "Amplifier and speakers", "classroom_av", "asset", ["sound"], false],
    ["edge_switch", "Edge switch", "network", "asset", ["ports", "fan"], true],
    ["headsets", "Headsets", "user_devices", "lot", ["sound", "microphone"], false],
    ["mis", "Management information system", "systems", "system", [], true],
    ["backup", "Backup", "systems", "system", [], true],
  ];
  for (const [key, name, category, countsAs, faults, critical] of rows) {
    types[key] = id();
    store.put("asset_type", types[key], org, {
      key,
      name,
      category,
      counts_as: countsAs,
      faults,
      critical,
    });
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

export function sampleQuestions(): Value[] {
  const ask = (
    key: string,
    text: string,
    answer: string,
    choices: string[],
    help = "",
    photo_if = "",
  ) => ({
    key,
    text,
    answer,
    choices,
    help,
    photo_if,
  });
  return [
    ask(
      "wifi_works",
      "Does Wi-Fi work in the whole room?",
      "choice",
      YES_NO,
      "Try the corner furthest from the access point.",
    ),
    ask("sockets", "Are there enough power sockets where they are needed?", "choice", [
      "enough",
      "too_few",
      "none",
      "not_sure",
    ]),
    ask(
      "cabling_safe",
      "Are cables out of the way and mountings firm?",
      "choice",
      YES_NO,
      "",
      "no",
    ),
    ask("seats", "How many seats have a device?", "number", []),
    ask("uses", "What is the room used for?", "multi", ["lessons", "exams", "clubs", "meetings"]),
    ask("remark", "Anything else about the room?", "text", []),
  ];
}

function at(clock: string): number {
  return Date.parse(`2026-11-23T${clock}:00Z`);
}

export function sampleKit(
  store: SampleStore,
  rooms: Record<string, string>,
  types: Record<string, string>,
): void {
  let code = 1;
  const before = {
    condition: "B",
    condition_at: Date.parse("2025-11-12T10:00:00Z"),
    "faults/case": true,
  };
  function asset(room: string, type: string, f: Record<string, Value> = {}): string {
    const asset = id();
    store.put("asset", asset, SCHOOL, {
      asset_type_id: types[type] ?? "",
      room_id: rooms[room] ?? "",
      ...f,
    });
    const tag = sampleCode(code++);
    store.put("tag", naturalId("tag", store.me.organisation_id, tag), SCHOOL, {
      code: tag,
      asset_id: asset,
      bound_at: 1,
    });
    return asset;
  }
  function found(
    kind: string,
    subject: string,
    room: string,
    clock: string,
    f: Record<string, Value> = {},
  ): string {
    const finding = naturalId("finding", store.me.organisation_id, VISIT, kind, subject);
    const seen = {
      seen: true,
      seen_at: at(clock),
      seen_room_id: rooms[room] ?? "",
      resolution: "here",
    };
    store.put("finding", finding, VISIT, {
      visit_id: VISIT,
      subject_kind: kind,
      subject_id: subject,
      ...seen,
      ...f,
    });
    return finding;
  }
  function walked(room: string, state: string, clock: string, f: Record<string, Value> = {}): void {
    const walk = naturalId("room_walk", store.me.organisation_id, VISIT, rooms[room] ?? "");
    store.put("room_walk", walk, VISIT, {
      visit_id: VISIT,
      room_id: rooms[room] ?? "",
      state,
      done_at: at(clock),
      ...f,
    });
  }
  const dell = { product_id: types["Latitude 5420"] ?? "", bought_on: "2019-09-02", ...before };
  for (let i = 0; i < 24; i += 1) {
    const laptop = asset("ICT2", "laptop", { ...dell, serial: `9QW4H${13 + i}` });
    if (i === 3)
      found("asset", laptop, "ICT2", "10:33", { condition: "D", "faults/battery": true });
    else if (i === 7)
      found("asset", laptop, "ICT2", "10:34", {
        condition: "C",
        "faults/hinge": true,
        "faults/case": true,
        note: "Lid lifts on the left. Still used every day.",
      });
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
  store.put("lot", lot, SCHOOL, {
    asset_type_id: types.headsets ?? "",
    room_id: rooms.ICT2 ?? "",
    name: "Headsets",
    quantity: 16,
  });
  found("lot", lot, "ICT2", "10:25", { count_a: 12, count_c: 3, count_d: 1 });
  for (let i = 0; i < 6; i += 1)
    asset("ICT4", "laptop", { product_id: types["Latitude 5410"] ?? "" });
  for (let i = 0; i < 8; i += 1)
    found("asset", asset("ICT1", "laptop", dell), "ICT1", "09:40", { condition: "A" });
  const sw = asset("Server cupboard", "edge_switch", { name: "SW-01" });
  found("asset", sw, "Server cupboard", "09:15", { condition: "D" });
  for (let i = 0; i < 5; i += 1) {
    const laptop = asset("Library", "laptop");
    if (i < 3) found("asset", laptop, "Library", "10:05", { condition: "A" });
  }
  for (const room of [
    "Main hall",
    "A7 classroom",
    "B1 classroom",
    "B2 classroom",
    "Music",
    "Reception",
  ]) {
    for (let i = 0; i < 3; i += 1) asset(room, "laptop");
  }
  for (const [key, name] of [
    ["mis", "Arbor"],
    ["backup", "Offsite backup"],
  ] as const) {
    store.put("system", id(), SCHOOL, {
      asset_type_id: types[key] ?? "",
      room_id: rooms.whole ?? "",
      name,
      supplier: "Northgate",
    });
  }
  walked("ICT1", "done", "09:52");
  walked("Server cupboard", "done", "09:20");
  walked("ICT2", "started", "10:20", { done_at: null, "answers/wifi_works": "yes" });
  walked("Staff room", "empty", "09:05");
}
