// Records a scan the moment it is made; the answers on its row come later and change the same record.
import { signal } from "@preact/signals";
import { t, word } from "../../app/words";
import type { Edit, Rec } from "../../data/types";
import { showTag } from "../../domain/tag";
import type { Field } from "../deps";
import { type Resolution, resolveEdits, seenEdit, undoOf, unknownTagEdit } from "../edits";
import { enterRoom } from "../room/actions";
import { callName, roomName } from "../subject";
import { indexVisit, type VisitIndex } from "../visit-index";
import { timeOf } from "../when";
import { createMute, type Hit, type Outcome, ofAsset, outcomeOf } from "./model";
import { bySerial } from "./suggest";
import { flash, tone } from "./tones";

interface Scans {
  visit: string;
  hits: readonly Hit[];
  /** What puts the newest scan back as it was. */
  back: ReadonlyMap<number, readonly Edit[]>;
}

/** The list of this sitting, newest first; what it recorded is in the store. */
const scans = signal<Scans>({ visit: "", hits: [], back: new Map() });
let nextKey = 1;
const muted = createMute();

export function hitsIn(visit: string): readonly Hit[] {
  return scans.value.visit === visit ? scans.value.hits : [];
}

function push(visit: string, hit: Hit, back: readonly Edit[]): void {
  const same = scans.value.visit === visit;
  const hits = same ? scans.value.hits : [];
  const backs = new Map(same ? scans.value.back : []);
  if (back.length > 0) backs.set(hit.key, back);
  scans.value = { visit, hits: [hit, ...hits], back: backs };
}

function replace(key: number, change: Partial<Hit>): void {
  const { hits } = scans.value;
  const next = hits.map((hit) => (hit.key === key ? { ...hit, ...change } : hit));
  scans.value = { ...scans.value, hits: next };
}

/** From the camera: the same code again within 2.5 seconds is the same look at it. */
export async function scanText(
  field: Field,
  visit: string,
  room: string,
  text: string,
  from: "camera" | "hand",
): Promise<Outcome | undefined> {
  if (from === "camera" && muted(text, field.now())) return undefined;
  const index = indexVisit(field.store, visit);
  if (!index) return undefined;
  const outcome = outcomeOf(index, field.store.codeOwner, room, text);
  await record(field, index, room, outcome);
  return outcome;
}

/** The number on a maker's plate: the one thing of this school that has it. */
export async function scanSerial(
  field: Field,
  visit: string,
  room: string,
  text: string,
): Promise<void> {
  if (muted(text, field.now())) return;
  const index = indexVisit(field.store, visit);
  const found = index && bySerial(index, text);
  if (found) await scanAsset(field, visit, room, found.asset);
  else field.saver.say(t("scan.no_serial"));
}

/** Picked from the list of this school because its label cannot be read. */
export async function scanAsset(
  field: Field,
  visit: string,
  room: string,
  asset: Rec,
): Promise<void> {
  const index = indexVisit(field.store, visit);
  if (!index) return;
  const code = index.tagOf(asset.id) ?? callName(index, asset);
  await record(field, index, room, ofAsset(index, asset, code, room));
}

async function record(
  field: Field,
  index: VisitIndex,
  room: string,
  outcome: Outcome,
): Promise<void> {
  const at = field.now();
  const edit = editOf(field, index, room, outcome, at);
  if (edit) await enterRoom(field, index, room);
  const back = edit ? undoOf([edit], field.store.get.bind(field.store)) : [];
  if (edit && !(await field.saver.save({ edits: [edit] }))) return;
  push(index.visit.id, { key: nextKey++, at, room, outcome, answer: undefined }, back);
  tone(outcome.kind);
  flash(outcome.kind);
  field.saver.say(`${titleOf(outcome)}. ${outcomeWords(index, outcome)}`);
}

function editOf(
  field: Field,
  index: VisitIndex,
  room: string,
  outcome: Outcome,
  at: number,
): Edit | undefined {
  const { ids } = field;
  switch (outcome.kind) {
    case "found":
      return seenEdit({ index, ids, kind: "asset", id: outcome.asset.id }, room, at, {
        resolution: "here",
      });
    case "wrong_room":
      return seenEdit({ index, ids, kind: "asset", id: outcome.asset.id }, room, at, {
        resolution: null,
      });
    case "unknown":
      return unknownTagEdit(index, ids, outcome.code, room, at, null);
    case "sister":
      return unknownTagEdit(index, ids, outcome.code, room, at, "later");
    case "not_ours":
      return unknownTagEdit(index, ids, outcome.code, room, at, "not_ours");
    default:
      return undefined;
  }
}

/** An answer on the row of a wrong room or an unknown tag. */
export async function answerHit(
  field: Field,
  visit: string,
  hit: Hit,
  answer: Resolution,
): Promise<void> {
  const index = indexVisit(field.store, visit);
  if (!index) return;
  const { outcome } = hit;
  const edits =
    outcome.kind === "wrong_room"
      ? resolveEdits(
          { index, ids: field.ids, kind: "asset", id: outcome.asset.id },
          hit.room,
          answer,
        )
      : outcome.kind === "unknown"
        ? [unknownTagEdit(index, field.ids, outcome.code, hit.room, hit.at, answer)]
        : [];
  if (edits.length === 0) return;
  const moved = undoOf(
    edits.filter((edit) => edit.kind !== "finding"),
    field.store.get.bind(field.store),
  );
  if (await field.saver.save({ edits, words: word("resolution", answer), noUndo: true })) {
    const back = new Map(scans.value.back);
    back.set(hit.key, [...(back.get(hit.key) ?? []), ...moved]);
    scans.value = { ...scans.value, back };
    replace(hit.key, { answer });
  }
}

/** The unknown tag was bound to a new asset on the add screen. */
export function markAdded(code: string): void {
  for (const hit of scans.value.hits) {
    if (hit.outcome.kind === "unknown" && hit.outcome.code === code)
      replace(hit.key, { answer: "added" });
  }
}

export async function undoLast(field: Field): Promise<void> {
  const { hits, back } = scans.value;
  const hit = hits.find((each) => each.answer !== "undone");
  if (!hit) return;
  const edits = back.get(hit.key);
  if (edits && !(await field.saver.save({ edits, noUndo: true }))) return;
  replace(hit.key, { answer: "undone" });
  field.saver.say(t("undo.done"));
}

export function titleOf(outcome: Outcome): string {
  if (outcome.kind === "not_a_tag") return outcome.address ? t("scan.address") : t("scan.other");
  return showTag(outcome.code);
}

export function outcomeWords(index: VisitIndex, outcome: Outcome): string {
  switch (outcome.kind) {
    case "found":
      return outcome.keptAt ? t("scan.found_kept", { where: outcome.keptAt }) : t("scan.found");
    case "again":
      return t("scan.again", { time: timeOf(outcome.at) });
    case "wrong_room":
      return t("scan.wrong_room", { room: roomName(index, outcome.listedIn) });
    case "room":
      return t("scan.room", { room: roomName(index, outcome.room) });
    default:
      return t(`scan.${outcome.kind}`);
  }
}
