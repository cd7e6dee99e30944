// Builds the edits of the field: what a tap means in records. Pure; writing them is the saver's.
import type { Edit, Rec, Value } from "../data/types";
import type { Ids } from "./deps";
import { flag, text } from "./fields";
import type { SubjectKind, VisitIndex } from "./visit-index";

export type Resolution = "here" | "belongs_here" | "going_back" | "on_loan" | "later" | "not_ours";

export interface Seen {
  index: VisitIndex;
  ids: Ids;
  kind: SubjectKind;
  id: string;
}

/** Edit a finding, made on first use: its id follows from visit and subject, so twins meet. */
export function findingEdit(at: Seen, set: Record<string, Value>): Edit {
  const { index, ids, kind, id } = at;
  const visit = index.visit.id;
  const known = index.finding(kind, id);
  const keys = { visit_id: visit, subject_kind: kind, subject_id: id };
  return {
    kind: "finding",
    id: known?.id ?? ids.natural("finding", visit, kind, id),
    scope: visit,
    set: known ? set : { ...keys, ...set },
    onScreen: known ?? null,
  };
}

/** "I saw it here, now." A voided finding comes back to life. */
export function seenEdit(
  at: Seen,
  room: string,
  now: number,
  more: Record<string, Value> = {},
): Edit {
  const voided = flag(at.index.finding(at.kind, at.id), "void");
  const revive: Record<string, Value> = voided ? { void: false } : {};
  return findingEdit(at, { seen: true, seen_at: now, seen_room_id: room, ...revive, ...more });
}

/** An answer on a finding counts as having seen the thing, unless it was seen already. */
export function answerEdit(at: Seen, room: string, now: number, set: Record<string, Value>): Edit {
  const known = at.index.finding(at.kind, at.id);
  if (flag(known, "seen") && !flag(known, "void")) return findingEdit(at, set);
  return seenEdit(at, room, now, { resolution: resolutionAt(at, room), ...set });
}

function resolutionAt(at: Seen, room: string): Value {
  const home = text(at.index.subject(at.kind, at.id), "room_id");
  return home === undefined || home === room ? "here" : null;
}

/** Wrong room, answered. "Belongs here" moves the thing in the same group, within its own school. */
export function resolveEdits(at: Seen, room: string, resolution: Resolution): Edit[] {
  const edits = [findingEdit(at, { resolution })];
  const subject = at.index.subject(at.kind, at.id);
  if (resolution === "belongs_here" && subject && subject.scope === at.index.schoolId) {
    edits.push({
      kind: subject.kind,
      id: subject.id,
      scope: subject.scope,
      set: { room_id: room },
      onScreen: subject,
    });
  }
  return edits;
}

/** An unknown tag is kept as a finding of its own. */
export function unknownTagEdit(
  index: VisitIndex,
  ids: Ids,
  code: string,
  room: string,
  now: number,
  resolution: Resolution | null,
): Edit {
  const id = ids.natural("tag", code);
  return seenEdit({ index, ids, kind: "tag", id }, room, now, { code, resolution });
}

export function walkEdit(
  index: VisitIndex,
  ids: Ids,
  room: string,
  set: Record<string, Value>,
): Edit {
  const visit = index.visit.id;
  const known = index.walk(room);
  return {
    kind: "room_walk",
    id: known?.id ?? ids.natural("room_walk", visit, room),
    scope: visit,
    set: known ? set : { visit_id: visit, room_id: room, ...set },
    onScreen: known ?? null,
  };
}

/** The first thing done in a room starts its walk; a walk that was closed stays closed. */
export function startWalk(
  index: VisitIndex,
  ids: Ids,
  room: string,
  me: string,
  now: number,
): Edit | undefined {
  if (text(index.walk(room), "state")) return undefined;
  return walkEdit(index, ids, room, { state: "started", started_at: now, claimed_by: me });
}

/** What writes the earlier values back; a finding that did not exist is voided, never deleted. */
export function undoOf(
  edits: readonly Edit[],
  get: (kind: string, id: string) => Rec | undefined,
): Edit[] {
  return edits.flatMap(({ kind, id, scope, set }) => {
    const known = get(kind, id);
    // What is undone is what stands when Undo is tapped: no record goes with it.
    if (!known) return kind === "finding" ? [{ kind, id, scope, set: { void: true } }] : [];
    const back: Record<string, Value> = {};
    for (const field of Object.keys(set)) back[field] = known.f[field] ?? null;
    return [{ kind, id, scope, set: back }];
  });
}
