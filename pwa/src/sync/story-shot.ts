// What a judge may see of a story's tablet, and what of it changed since the last look.
import type { Value } from "../data/types";
import type { BaseRow } from "./held";
import { valuesOf } from "./rows";
import type { StoryTablet } from "./story-tablet";
import { fieldsOf, markOf, type OwnOp } from "./view";

/** Every part by name: key, as JSON, to content, as JSON. */
export type Shot = Record<string, Map<string, string>>;
export type Changes = Record<string, [key: string, content: string | null][]>;

export async function shotOf(tablet: StoryTablet): Promise<Shot> {
  const { mismatches } = tablet;
  const { asked } = tablet.kept;
  const kept = await tablet.kept.rows();
  const { client_id, next_mid, epoch, acked_mid, cursors, staging, resets } = kept.meta;
  const isStaging = staging !== null || resets.length > 0;
  const state = { client_id, next_mid, epoch, acked_mid, cursors, is_staging: isStaging };
  return {
    state: new Map([["0", JSON.stringify({ ...state, mismatches, asked: [...asked] })]]),
    outbox: mapped(kept.outbox, ({ mid, line }) => [mid, line]),
    sent: mapped(kept.sent, ({ client, mid, line, status, decision }) => [
      [client, mid],
      [line, status, decision?.outcome ?? null],
    ]),
    base: mapped(kept.base, ({ scope, kind, id, seq, f, v }) => [
      [scope, kind, id],
      [seq, f, v],
    ]),
    photos: mapped(kept.blobs, ({ sha256, state: is, freed }) => [sha256, freed ? "freed" : is]),
    bytes: mapped(kept.bytes, (sha256) => [sha256, true]),
    screen: screenOf(tablet),
  };
}

function mapped<T>(rows: Iterable<T>, told: (row: T) => [key: Value, content: Value]) {
  const map = new Map<string, string>();
  for (const row of rows) {
    const [key, content] = told(row);
    map.set(JSON.stringify(key), JSON.stringify(content));
  }
  return map;
}

interface Known {
  row?: BaseRow;
  own: OwnOp[];
}

/** Every record of which something is known, one that is deleted too. */
function screenOf({ model }: StoryTablet): Map<string, string> {
  const known = new Map<string, Known>();
  const at = (kind: string, id: string): Known => {
    const key = JSON.stringify([kind, id]);
    const found = known.get(key) ?? { own: [] };
    known.set(key, found);
    return found;
  };
  for (const own of model.allOwn()) at(own.op.kind, own.op.id).own.push(own);
  for (const row of model.newestRows()) at(row.kind, row.id).row = row;
  const screen = new Map<string, string>();
  for (const [key, { row, own }] of known) {
    const shown = shownOf(row, own);
    if (shown) screen.set(key, JSON.stringify(shown));
  }
  return screen;
}

function shownOf(row: BaseRow | undefined, own: OwnOp[]): Value | undefined {
  const scope = row?.scope ?? own[0]?.op.scope;
  if (scope === undefined) return undefined;
  const values = row ? valuesOf(row) : {};
  const fields = fieldsOf(row, own).map((name): Value => {
    const mark = markOf(row, own, name) ?? ["", 0];
    const mine = own.findLast(({ client, op }) => client === mark[0] && op.mid === mark[1]);
    const isMine = mine !== undefined && name in mine.op.set;
    const value = isMine ? mine.op.set[name] : values[name];
    return [name, value ?? null, mark, isMine];
  });
  return [scope, fields];
}

/** Undefined: nothing changed. */
export function changesOf(before: Shot | undefined, now: Shot): Changes | undefined {
  const changes: Changes = {};
  for (const [part, map] of Object.entries(now)) {
    const old = before?.[part] ?? new Map<string, string>();
    const changed: [string, string | null][] = [];
    for (const [key, content] of map) if (old.get(key) !== content) changed.push([key, content]);
    for (const key of old.keys()) if (!map.has(key)) changed.push([key, null]);
    if (changed.length > 0) changes[part] = changed;
  }
  return Object.keys(changes).length > 0 ? changes : undefined;
}
