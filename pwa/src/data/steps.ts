// What a person saw when they tapped, and where their own later taps led from it: the base of an edit.
import { fieldsIn, type Model, markIn, type Sight, sightOf } from "../sync/model";
import type { Mark, Op } from "../sync/op";
import type { Edit } from "./types";

/** What the author of one edit had before them. */
export interface Seen {
  sight: Sight;
  /** The control that showed it: two taps on one control know of each other. Absent: no control. */
  from: object | null | undefined;
  /** The last write that memory held when they tapped. */
  called: number;
}

/** What stood on the screen for each edit of a tap. Asked at the tap, before anything else can run. */
export function seenBy(model: Model, edits: readonly Edit[]): Seen[] {
  return edits.map(({ kind, id, onScreen }) => {
    const now = model.sight(kind, id);
    const called = model.meta.rev;
    if (onScreen === undefined) return { sight: now, from: undefined, called };
    if (onScreen === null) {
      return { sight: { ...now, row: undefined, own: [] }, from: null, called };
    }
    return { sight: sightOf(onScreen) ?? now, from: onScreen, called };
  });
}

interface Step extends Pick<Seen, "from" | "called"> {
  mark: Mark;
  /** The write that it came with. */
  rev: number;
}

/**
 * Where a person's own edits led. They know what they tapped on the very control that they tap again,
 * and what still waited to be written when they tapped or when the control was drawn. Any other edit
 * of theirs they know by what they saw of it: a form that was open meanwhile is stale.
 */
export class Steps {
  readonly #next = new Map<string, Step>();

  /** Who made the newest value of a field that the author of this edit knows. */
  newest(kind: string, id: string, field: string, seen: Seen): Mark | undefined {
    let at = markIn(seen.sight, field);
    for (;;) {
      const next = this.#next.get(nameOf(kind, id, field, at));
      if (!next || !isKnown(next, seen)) return at;
      at = next.mark;
    }
  }

  /** These are on the disk now, one for each of what was seen, written as its change `rev`. */
  took(client: string, rev: number, seen: readonly Seen[], ops: readonly Op[]): void {
    ops.forEach(({ kind, id, set, base, mid }, i) => {
      const { from, called } = seen[i] ?? { from: undefined, called: rev };
      for (const field of Object.keys(set)) {
        const mark: Mark = [client, mid];
        this.#next.set(nameOf(kind, id, field, base[field]), { mark, from, called, rev });
      }
    });
  }
}

function isKnown(step: Step, { sight, from }: Seen): boolean {
  // A fork renumbers: what was made under the old name has another now.
  if (step.mark[0] !== sight.client) return false;
  if (from !== undefined && step.from === from) return true;
  // What stands on a control was drawn before the tap; without one it is what stood at the tap.
  const isDrawn = from !== undefined && from !== null;
  return sight.rev < step.rev && (!isDrawn || step.called < sight.rev);
}

function nameOf(kind: string, id: string, field: string, mark: Mark | undefined): string {
  return JSON.stringify([kind, id, field, mark ?? null]);
}

/** The base that goes with an edit: for a delete all that was seen, else the fields that it sets. */
export function basesOf(
  model: Model,
  { kind, id, set }: Edit,
  seen: Seen,
  steps: Steps,
): Record<string, Mark> {
  const now = model.sight(kind, id);
  const known = seen.sight.client === now.client ? seen : beforeFork(seen);
  const isDelete = set.deleted === true;
  const fields = isDelete
    ? new Set([...fieldsIn(known.sight), ...fieldsIn(now)])
    : new Set(Object.keys(set));
  const bases: Record<string, Mark> = {};
  for (const field of [...fields].sort()) {
    const mark = steps.newest(kind, id, field, known);
    if (mark) bases[field] = mark;
  }
  return bases;
}

/** The numbers of what had not been sent may be the twin's since: of these nothing was seen. */
function beforeFork(seen: Seen): Seen {
  const own = seen.sight.own.filter(({ sent }) => sent !== undefined);
  return { ...seen, sight: { ...seen.sight, own } };
}
