// Turns edits into ops inside the transaction that numbers them: base, time and group are filled in.
import { type BlobRow, CHUNK_BYTES, type Change, type Meta, type OutboxRow } from "../sync/held";
import type { Journal } from "../sync/journal";
import type { Model } from "../sync/model";
import {
  encodeOp,
  GROUP_BYTES,
  GROUP_OPS,
  type Mark,
  type Op,
  readOp,
  SCHEMA_VERSION,
  sizeOf,
} from "../sync/op";
import { basesOf, type Seen, Steps, seenBy } from "./steps";
import type { Edit, PhotoBytes, Value } from "./types";

export interface Moment {
  at: number;
  mono: [session: string, ms: number];
  /** One id for each group that these edits need. */
  groupId: () => string;
}

/** What the author had seen when they tapped; without it, what stands when the change is planned. */
export interface Knew {
  /** One for each edit. */
  seen: readonly Seen[];
  steps: Steps;
}

/** Text as it can be kept: no U+0000, no half of a character. Nothing else is changed. */
function keepable(value: Value): Value {
  if (typeof value === "string") return value.replaceAll("\0", "").toWellFormed();
  if (Array.isArray(value)) return value.map(keepable);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [String(keepable(name)), keepable(inner)]),
  );
}

/** Write what one tap makes, and remember what its author knows from now on. */
export async function writeEdits(
  journal: Journal,
  edits: readonly Edit[],
  photos: readonly PhotoBytes[],
  moment: Moment,
  knew: Knew,
): Promise<void> {
  let [client, rev] = ["", 0];
  let ops: Op[] = [];
  await journal.commit((meta, model) => {
    const change = planEdits(model, meta, edits, photos, moment, knew);
    [client, rev] = [meta.client_id, meta.rev + 1];
    ops = (change.outboxPut ?? []).map(({ line }) => readOp(line));
    return change;
  });
  knew.steps.took(client, rev, knew.seen, ops);
}

/** The change that one tap makes: its ops from the next free number, the photos with them. */
export function planEdits(
  model: Model,
  meta: Meta,
  edits: readonly Edit[],
  photos: readonly PhotoBytes[],
  moment: Moment,
  knew: Knew = { seen: seenBy(model, edits), steps: new Steps() },
): Change {
  const ops = numbered(model, meta, edits, moment, knew);
  const grouped = inGroups(ops, moment.groupId);
  const outboxPut: OutboxRow[] = grouped.map((op) => ({ mid: op.mid, line: encodeOp(op) }));
  const fresh = photos.filter(({ sha256 }) => {
    const known = model.blobs.get(sha256);
    // Saved a second time while it waits: the first bytes may not have arrived on the disk.
    return known?.state !== "sent" || known.freed === true;
  });
  return {
    meta: { next_mid: meta.next_mid + ops.length },
    outboxPut,
    blobPut: fresh.map((photo) => blobRow(photo, grouped, moment.at)),
    photos: fresh,
  };
}

function numbered(
  model: Model,
  meta: Meta,
  edits: readonly Edit[],
  moment: Moment,
  { seen, steps }: Knew,
): Op[] {
  const made = new Map<string, Mark>();
  return edits.map((edit, i) => {
    const mid = meta.next_mid + i;
    const set = keepable(edit.set) as Record<string, Value>;
    const saw = seen[i];
    const base = saw ? basesOf(model, { ...edit, set }, saw, steps) : {};
    for (const field of Object.keys(set)) {
      // An earlier edit of this very tap is what the next one stands on.
      const name = `${edit.kind} ${edit.id} ${field}`;
      const own = made.get(name);
      if (own) base[field] = own;
      made.set(name, [meta.client_id, mid]);
    }
    const { kind, id, scope } = edit;
    return {
      mid,
      sv: SCHEMA_VERSION,
      kind,
      id,
      scope,
      at: moment.at,
      mono: moment.mono,
      set,
      base,
    };
  });
}

/** More than one edit is one group; what is too large for one becomes several, in order. */
function inGroups(ops: readonly Op[], groupId: () => string): Op[] {
  if (ops.length < 2) return [...ops];
  const groups: Op[][] = [[]];
  let bytes = 0;
  for (const op of ops) {
    const size = sizeOf(encodeOp(op)) + 80;
    const last = groups.at(-1) ?? [];
    if (last.length >= GROUP_OPS || (last.length > 0 && bytes + size > GROUP_BYTES)) {
      groups.push([op]);
      bytes = size;
    } else {
      last.push(op);
      bytes += size;
    }
  }
  return groups.flatMap((group) => {
    if (group.length === 1) return group;
    const txn = { id: groupId(), n: group.length };
    return group.map((op) => ({ ...op, txn }));
  });
}

function blobRow(photo: PhotoBytes, ops: readonly Op[], now: number): BlobRow {
  const record = ops.find((op) => op.set.sha256 === photo.sha256) ?? ops.at(-1);
  const size = photo.bytes.byteLength;
  return {
    sha256: photo.sha256,
    size,
    mime: photo.mime,
    chunks: Math.ceil(size / CHUNK_BYTES),
    mid: record?.mid ?? 0,
    kept_at: now,
    state: "waiting",
  };
}
