// One invented school for tests and the dev page: rooms, kit, a visit half walked. Not in the build.
import type { VisitItem } from "../domain/generated/audits";
import {
  id,
  restartIds,
  SCHOOL,
  sampleCode,
  sampleKit,
  sampleQuestions,
  sampleTypes,
  VISIT,
} from "./sample-kit";
import { type SampleStore, sampleStore } from "./sample-store";

export { SCHOOL, sampleCode, VISIT };
export const NOW = Date.parse("2026-11-23T10:46:00Z");

export interface Sample {
  store: SampleStore;
  rooms: Record<string, string>;
  types: Record<string, string>;
  codes: { blank: string; sister: string; foreign: string };
}

export function sampleSchool(): Sample {
  restartIds();
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

function sampleRooms(store: SampleStore): Record<string, string> {
  const rooms: Record<string, string> = {};
  const buildings: [string, string[]][] = [
    [
      "Block A",
      ["ICT1", "ICT2", "ICT4", "Server cupboard", "Library", "Main hall", "A7 classroom"],
    ],
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

function sampleCards(): VisitItem[] {
  const card = (
    id: string,
    school: string,
    starts: string,
    ends: string,
    more: Partial<VisitItem>,
  ): VisitItem => ({
    id,
    name: "Autumn audit",
    school_id: id,
    school_name: school,
    starts_on: starts,
    ends_on: ends,
    state: "open",
    blind: false,
    rooms: 0,
    rooms_done: 0,
    assets: 0,
    found: 0,
    bytes: 0,
    ...more,
  });
  return [
    card(VISIT, "Fernwick Primary", "2026-11-23", "2026-11-25", {
      rooms: 13,
      rooms_done: 3,
      assets: 60,
      found: 34,
    }),
    card("v2", "Thornbeck High", "2026-11-23", "2026-11-24", {
      rooms: 88,
      assets: 1240,
      bytes: 12e6,
    }),
    card("v3", "Larkholt Juniors", "2026-11-25", "2026-11-25", { rooms: 41, bytes: 9e6 }),
    card("v4", "Pennhollow Academy", "2026-11-30", "2026-12-02", { rooms: 70, bytes: 14e6 }),
    card("v5", "Ravensholt Primary", "2026-11-10", "2026-11-12", {
      state: "closed",
      rooms: 38,
      rooms_done: 38,
    }),
  ];
}
