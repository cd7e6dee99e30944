/** An invented trust for the dev page: schools, rooms, assets and what was seen of them. */
import type { Finding, Photo, Visit } from "../../domain/generated/audits";
import type { Category, Condition, Item, Room, School } from "../../domain/generated/estate";
import type { Rag, Reason } from "../../domain/generated/ratings";
import { dice, sampleId } from "./dice";

export const TRUST = { id: sampleId("trust"), name: "Tidewell Learning Trust" };
export const NOW = Date.UTC(2026, 10, 20, 10, 42);
const YEAR_MS = 31_557_600_000;

const NAMES: readonly (readonly [string, string, number, number])[] = [
  ["Aldermoor Academy", "Secondary", 1264, 31],
  ["Beckfold High", "Secondary", 934, 28],
  ["Cobblewick Primary", "Primary", 402, 14],
  ["Dunmere Primary", "Primary", 288, 12],
  ["Fennimore Primary", "Primary", 211, 9],
  ["Harrowgill Primary", "Primary", 396, 15],
  ["Kestrel Rise", "Special", 132, 10],
  ["Saltersby Primary", "Primary", 242, 11],
  ["Wychbourne College", "16 plus", 600, 19],
  ["Larkham Infant", "Primary", 174, 7],
];

export interface Kit {
  readonly key: string;
  readonly name: string;
  readonly category: Category;
  readonly pence: number;
  readonly life: number;
}

const kit = (key: string, name: string, category: Category, pounds: number, life: number): Kit => ({
  key,
  name,
  category,
  pence: pounds * 100,
  life,
});

export const KITS: readonly [Kit, ...Kit[]] = [
  kit("laptop_pupil", "Pupil laptop", "user_devices", 450, 5),
  kit("laptop_pupil", "Pupil laptop", "user_devices", 450, 5),
  kit("laptop_staff", "Staff laptop", "user_devices", 560, 5),
  kit("tablet", "Tablet", "user_devices", 330, 5),
  kit("interactive_panel", "Interactive panel", "classroom_av", 1900, 8),
  kit("visualiser", "Visualiser", "classroom_av", 160, 7),
  kit("printer", "Printer", "print", 280, 5),
  kit("edge_switch", "Edge switch", "network", 2400, 8),
  kit("wireless_ap", "Wireless access point", "network", 450, 6),
  kit("server", "Server", "servers_storage", 7500, 5),
  kit("ups", "Uninterruptible power supply", "power", 750, 8),
  kit("ip_phone", "Desk phone", "telephony", 90, 8),
  kit("door_controller", "Door controller", "safety_access", 620, 10),
];

export interface Thing extends Item {
  readonly kit: Kit;
  readonly rag: Rag;
  readonly reasons: readonly Reason[];
  readonly age: number;
}

export const schools: readonly School[] = NAMES.map(([name, phase, pupils, rooms], at) => ({
  id: sampleId("school", at),
  name,
  urn: String(140_100 + at),
  trust_id: at === NAMES.length - 1 ? null : TRUST.id,
  trust_name: at === NAMES.length - 1 ? null : TRUST.name,
  phase,
  pupils,
  rooms,
  assets: rooms * 9,
}));

export const roomsOf = new Map<string, readonly Room[]>(
  schools.map((school) => [school.id, makeRooms(school)]),
);

export const things: readonly Thing[] = schools.flatMap((school, at) => makeThings(school, at));

function makeRooms(school: School): Room[] {
  const ordinary = Array.from({ length: school.rooms - 2 }, (_, at): [string, string, string] => {
    const block = String.fromCharCode(65 + Math.floor(at / 9));
    return [`${block}${1 + (at % 9)}`, `${block} block`, "classroom"];
  });
  const special: [string, string, string][] = [
    ["Server room", "A block", "server_room"],
    ["Main hall", "A block", "hall"],
  ];
  return [...special, ...ordinary].map(([name, building, room_type]) => ({
    id: sampleId("room", school.id, name),
    name,
    building_id: sampleId("building", school.id, building),
    building,
    floor: null,
    room_type,
    builtin: null,
    assets: 9,
  }));
}

function makeThings(school: School, at: number): Thing[] {
  const chance = dice(at + 7);
  const wear = 0.7 + 0.1 * (at % 5);
  return (roomsOf.get(school.id) ?? []).flatMap((room) =>
    Array.from({ length: 9 }, (_, n) => {
      const chosen = chance.pick(KITS);
      const age = chance.next() * chosen.life * wear * 1.25;
      const seen = !(school.name.startsWith("Saltersby") && chance.next() < 0.6);
      return makeThing(school, room, chosen, n, age, seen);
    }),
  );
}

function makeThing(
  school: School,
  room: Room,
  chosen: Kit,
  n: number,
  age: number,
  seen: boolean,
): Thing {
  const share = age / chosen.life;
  const grade: Condition = share > 1.05 ? "D" : share > 0.8 ? "C" : share > 0.4 ? "B" : "A";
  const rag: Rag = !seen ? "grey" : share > 1.05 ? "red" : share > 0.8 ? "amber" : "green";
  const id = sampleId("asset", room.id, n);
  const letters = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
  const chance = dice(Number.parseInt(id.slice(0, 8), 16));
  const code = Array.from({ length: 8 }, () => letters[chance.upTo(letters.length)]).join("");
  const bought = new Date(NOW - age * YEAR_MS).toISOString().slice(0, 10);
  return {
    id,
    name: null,
    asset_type_id: sampleId("type", chosen.key),
    type_name: chosen.name,
    category: chosen.category,
    product: chosen.key.startsWith("laptop") ? "14-inch, 8 GB" : null,
    school_id: school.id,
    school_name: school.name,
    room_id: room.id,
    room_name: room.name,
    tag: `${code.slice(0, 4)}-${code.slice(4)}`,
    serial: `5CG${id.slice(0, 7).toUpperCase()}`,
    condition: seen ? grade : null,
    life_state: "in_use",
    allocation: "in_room",
    bought_on: bought,
    quantity: 1,
    kit: chosen,
    rag,
    age,
    reasons: reasonsFor(chosen, age, grade, rag, bought),
  };
}

function reasonsFor(of: Kit, age: number, grade: Condition, rag: Rag, bought: string): Reason[] {
  const on = "2026-11-18";
  if (rag === "grey") {
    return [{ dimension: "condition", rag: "grey", words: "Not seen this autumn", on: null }];
  }
  const years = `${age.toFixed(1)} of ${of.life} years`;
  const condition = { A: "Good", B: "Minor wear", C: "Major faults", D: "End of life" }[grade];
  const worn: Record<Condition, Rag> = { A: "green", B: "amber", C: "red", D: "red" };
  return [
    { dimension: "age", rag, words: `Age ${years}`, on: bought },
    { dimension: "condition", rag: worn[grade], words: `Condition ${grade}: ${condition}`, on },
  ];
}

export const visits: readonly Visit[] = schools.slice(0, 4).map((school, at) => ({
  id: sampleId("visit", school.id),
  name: "Autumn 2026",
  school_id: school.id,
  school_name: school.name,
  starts_on: `2026-11-${16 + at}`,
  ends_on: `2026-11-${18 + at}`,
  state: at < 2 ? "closed" : "open",
  rooms: school.rooms,
  rooms_done: at < 2 ? school.rooms : Math.floor(school.rooms * 0.6),
  assets: school.assets,
  found: Math.floor(school.assets * (at < 2 ? 0.98 : 0.55)),
  blind: at === 2,
  bytes: 9_000_000,
  team: [
    { id: sampleId("person", 1), name: "Anwen Price" },
    { id: sampleId("person", 2), name: "Tom Field" },
  ],
  not_seen: { is_known: at < 2, count: at < 2 ? 3 : null },
  closing:
    at < 2
      ? {
          at: NOW - (4 - at) * 86_400_000,
          person: "Anwen Price",
          reason: at === 0 ? "Its screen broke on the stairs; it was wiped for repair" : null,
          devices: at === 0 ? 1 : 0,
        }
      : null,
}));

export function findingsOf(thing: Thing): Finding[] {
  const visit = visits.find((one) => one.school_id === thing.school_id);
  if (visit === undefined || thing.rag === "grey") return [];
  const photo = (n: number): Photo => ({
    id: sampleId("photo", thing.id, n),
    caption: n === 0 ? `${thing.room_name}, as found` : null,
    taken_at: NOW - 2 * 86_400_000 + n * 60_000,
    state: n === 2 ? "awaiting" : "stored",
    owner_kind: "finding",
    owner_id: sampleId("finding", thing.id),
    sha256: "0".repeat(64),
    rank: n,
    width: 1600,
    height: 1200,
    drawing: null,
    has_person: false,
    refusal: null,
  });
  const bad = thing.rag === "red";
  return [
    {
      id: sampleId("finding", thing.id),
      visit_id: visit.id,
      visit_name: visit.name,
      subject_kind: "asset",
      subject_id: thing.id,
      subject_name: `${thing.type_name} ${thing.tag}`,
      room_name: thing.room_name,
      code: null,
      seen: true,
      seen_at: NOW - 2 * 86_400_000,
      seen_room_id: thing.room_id,
      resolution: "here",
      condition: thing.condition,
      count_a: null,
      count_b: null,
      count_c: null,
      count_d: null,
      answers: null,
      faults: bad ? { hinge: true, screen: true } : {},
      note: bad ? "Right hinge snapped, screen cracked, still boots." : null,
      void: null,
      author: "Tom Field",
      photos: bad ? [photo(0), photo(1), photo(2)] : [],
    },
  ];
}
