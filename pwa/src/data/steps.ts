// What a person saw when they tapped, and where their own later taps led from it: the base of an edit.
import { fieldsIn, type Model, markIn, type Sight, sightOf } from "../sync/model";
import type { Mark, Op } from "../sync/op";
import type { Edit } from "./types";

/** What stood on the screen for each edit of a tap. Asked at the tap, before anything else can run. */
export function seenBy(model: Model, edits: readonly Edit[]): Sight[] {
  return edits.map(({ kind, id, onScreen }) => {
    if (onScreen === undefined) return model.sight(kind, id);
    const nothing = { client: model.meta.client_id, row: undefined, own: [] };
    return onScreen === null ? nothing : (sightOf(onScreen) ?? model.sight(kind, id));
  });
}

/**
 * A tap may come before the last one is on the disk, and a form may be older than one's own answer
 * beside it: whoever made both has seen both. So from a value that was seen, own edits lead on.
 */
export class Steps {
  readonly #next = new Map<string, Mark>();
  #client = "";

  /** Who made the newest value of a field that the author of this edit knows. */
  newest(kind: string, id: string, field: string, seen: Mark | undefined): Mark | undefined {
    let at = seen;
    for (;;) {
      const next = this.#next.get(nameOf(kind, id, field, at));
      if (!next) return at;
      at = next;
    }
  }

  /** These are on the disk now. */
  took(client: string, ops: Iterable<Op>): void {
    // A fork renumbers: what led somewhere under the old name may lead to the twin's.
    if (client !== this.#client) this.#next.clear();
    this.#client = client;
    for (const { kind, id, set, base, mid } of ops) {
      for (const field of Object.keys(set)) {
        this.#next.set(nameOf(kind, id, field, base[field]), [client, mid]);
      }
    }
  }
}

function nameOf(kind: string, id: string, field: string, mark: Mark | undefined): string {
  return JSON.stringify([kind, id, field, mark ?? null]);
}

/** The base that goes with an edit: for a delete all that was seen, else the fields that it sets. */
export function basesOf(
  model: Model,
  { kind, id, set }: Edit,
  seen: Sight,
  steps: Steps,
): Record<string, Mark> {
  const now = model.sight(kind, id);
  // A form that was opened under the client of before a fork: its marks may be the twin's.
  const sight = seen.client === now.client ? seen : now;
  const isDelete = set.deleted === true;
  const fields = isDelete
    ? new Set([...fieldsIn(sight), ...fieldsIn(now)])
    : new Set(Object.keys(set));
  const bases: Record<string, Mark> = {};
  for (const field of [...fields].sort()) {
    const mark = steps.newest(kind, id, field, markIn(sight, field));
    if (mark) bases[field] = mark;
  }
  return bases;
}
