// Answers about one thing: each tap is saved by itself, with its own words for Undo.
import { t, word } from "../../app/words";
import type { Edit, Value } from "../../data/types";
import type { Field } from "../deps";
import { answerEdit, type Resolution, resolveEdits, type Seen, seenEdit } from "../edits";
import { faultsOf } from "../fields";
import { enterRoom } from "../room/actions";
import type { SubjectKind, VisitIndex } from "../visit-index";

export interface Target {
  field: Field;
  index: VisitIndex;
  room: string;
  kind: SubjectKind;
  id: string;
}

function seenOf({ field, index, kind, id }: Target): Seen {
  return { index, ids: field.ids, kind, id };
}

async function write(
  at: Target,
  edits: readonly Edit[],
  words: string | undefined,
): Promise<boolean> {
  await enterRoom(at.field, at.index, at.room);
  const about = edits[0]?.id;
  return at.field.saver.save({ edits, words, ...(about === undefined ? {} : { about }) });
}

export function answer(at: Target, set: Record<string, Value>, words?: string): Promise<boolean> {
  return write(at, [answerEdit(seenOf(at), at.room, at.field.now(), set)], words);
}

export function markHere(at: Target): Promise<boolean> {
  const home = at.index.subject(at.kind, at.id)?.f.room_id;
  const resolution = home === at.room ? "here" : null;
  const edit = seenEdit(seenOf(at), at.room, at.field.now(), { resolution });
  return write(at, [edit], t("finding.marked_here"));
}

export function setCondition(at: Target, condition: string): Promise<boolean> {
  return answer(
    at,
    { condition },
    t("finding.graded", { condition: word("condition", condition) }),
  );
}

export function setFault(at: Target, fault: string, on: boolean): Promise<boolean> {
  const name = word("fault", fault);
  const words = on
    ? t("finding.fault_on", { fault: name })
    : t("finding.fault_off", { fault: name });
  return answer(at, { [`faults/${fault}`]: on }, words);
}

export function resolve(at: Target, resolution: Resolution): Promise<boolean> {
  return write(at, resolveEdits(seenOf(at), at.room, resolution), word("resolution", resolution));
}

export type Spread = readonly [number, number, number, number];

/** A lot is counted as a spread: how many of each grade stand here. */
export function setSpread(at: Target, [a, b, c, d]: Spread): Promise<boolean> {
  const set = { count_a: a, count_b: b, count_c: c, count_d: d };
  return answer(at, set, t("lot.counted", { n: a + b + c + d }));
}

/** A set is graded together: one group, so that it is all or nothing. */
export async function gradeSet(targets: readonly Target[], condition: string): Promise<boolean> {
  const [first] = targets;
  if (!first) return false;
  await enterRoom(first.field, first.index, first.room);
  const edits = targets.map((at) => answerEdit(seenOf(at), at.room, at.field.now(), { condition }));
  return first.field.saver.save({ edits, words: t("set.graded", { n: edits.length, condition }) });
}

/** Faults to offer: the type's own in its order, then any that were marked before and are no longer in it. */
export function faultsOffered(offered: readonly string[], marked: readonly string[]): string[] {
  return [...offered, ...marked.filter((fault) => !offered.includes(fault))];
}

export const markedFaults = (at: Target): string[] => faultsOf(at.index.finding(at.kind, at.id));
