// Forms in the simulator's stories: what stood on a tablet's screen at any time, to be saved from later.
import { type Seen, seenBy } from "../data/steps";
import type { Edit, Rec } from "../data/types";
import { fieldsIn, type Model, markIn, type Sight } from "./model";
import type { Mark } from "./op";

interface Once {
  sight: Sight;
  /** A deleted record is known, but no control shows it. */
  rec: Rec | undefined;
}

export class Shown {
  readonly #known = new Map<string, Once[]>();

  look(model: Model): void {
    for (const [kind, id] of model.known()) {
      const name = `${kind} ${id}`;
      const before = this.#known.get(name) ?? [];
      const sight = model.sight(kind, id);
      const last = before.at(-1)?.sight;
      if (last && last.row === sight.row && last.own === sight.own) continue;
      this.#known.set(name, [...before, { sight, rec: model.get(kind, id) }]);
    }
  }

  /** What the author of an edit had before them in a form that showed these marks. */
  form(model: Model, edit: Edit, base: Readonly<Record<string, Mark>>): Seen {
    const { kind, id, set } = edit;
    const once = this.#known.get(`${kind} ${id}`)?.findLast(({ sight }) => {
      const asked = set.deleted === true ? fieldsIn(sight) : [...Object.keys(set), "deleted"];
      const all = new Set([...asked, ...Object.keys(base)]);
      return [...all].every((field) => `${markIn(sight, field)}` === `${base[field]}`);
    });
    if (!once) throw new Error(`nothing like ${JSON.stringify(base)} was ever shown of ${id}`);
    const { sight, rec } = once;
    const [seen] = rec ? seenBy(model, [{ ...edit, onScreen: rec }]) : [];
    return seen ?? { sight, from: sight, called: model.meta.rev };
  }
}
