// Which school a code belongs to, with no network: one dated file of all issued codes.

import type { TagIndex as IssuedCodes } from "../domain/generated/estate";

/** Packed for the disk: the codes of each school as one text, eight characters a code. */
export interface PackedTags {
  as_at: number;
  schools: (string | null)[];
  codes: string[];
  /** Aliases and other codes that are not eight characters long. */
  odd: [code: string, school: number][];
}

const LENGTH = 8;

export function packTags({ as_at, codes }: IssuedCodes): PackedTags {
  const places = new Map<string | null, number>();
  const packed: PackedTags = { as_at, schools: [], codes: [], odd: [] };
  for (const [code, school] of codes) {
    let place = places.get(school);
    if (place === undefined) {
      place = packed.schools.push(school) - 1;
      places.set(school, place);
      packed.codes.push("");
    }
    if (code.length === LENGTH) packed.codes[place] += code;
    else packed.odd.push([code, place]);
  }
  return packed;
}

export type Owner = "ours" | "sister" | "unknown";

export class TagIndex {
  readonly asAt: number;
  readonly #packed: PackedTags;
  #places: Map<string, number> | undefined;

  constructor(packed: PackedTags) {
    this.#packed = packed;
    this.asAt = packed.as_at;
  }

  /** A blank code is ours to bind; a code of a school that is not on this tablet is a sister's. */
  ownerOf(code: string, schoolsHere: ReadonlySet<string>): Owner {
    this.#places ??= this.#unpack();
    const place = this.#places.get(code);
    if (place === undefined) return "unknown";
    const school = this.#packed.schools[place] ?? null;
    return school === null || schoolsHere.has(school) ? "ours" : "sister";
  }

  #unpack(): Map<string, number> {
    const places = new Map<string, number>(this.#packed.odd);
    for (const [place, text] of this.#packed.codes.entries()) {
      for (let at = 0; at < text.length; at += LENGTH)
        places.set(text.slice(at, at + LENGTH), place);
    }
    return places;
  }
}
