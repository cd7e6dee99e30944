// Turns a key and its facts into a sentence: {name} is filled in, {n} chooses the plural form.

export type Sentence = string | Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>;
export type Catalogue = Readonly<Record<string, Sentence>>;
export type Facts = Readonly<Record<string, string | number>>;

/** What a language does with numbers. */
export interface Grammar {
  plural: (n: number) => Intl.LDMLPluralRule;
  number: (n: number) => string;
}

/** Written out: a browser's first formatter takes longer than all the rest of a cold start's code. */
export const ENGLISH: Grammar = {
  plural: (n) => (n === 1 ? "one" : "other"),
  number: (n) => {
    const [whole = "", part] = String(Math.round(n * 1000) / 1000).split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
    return part === undefined ? grouped : `${grouped}.${part}`;
  },
};

/** One t() for one catalogue; a key that is not in it does not type-check. */
export function translator<C extends Catalogue>(
  catalogue: C,
  { plural, number }: Grammar,
): (key: keyof C & string, facts?: Facts) => string {
  return (key, facts = {}) => {
    const found: Sentence | undefined = catalogue[key];
    if (found === undefined) return key;
    const form =
      typeof found === "string"
        ? found
        : (found[plural(Number(facts.n ?? 0))] ?? found.other ?? key);
    return form.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const fact = facts[name];
      if (fact === undefined) return whole;
      return typeof fact === "string" ? fact : number(fact);
    });
  };
}

export function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** True for a key that may come from data (a fault code, a room type) and has words here. */
export function hasWords<C extends Catalogue>(catalogue: C, key: string): key is keyof C & string {
  return Object.hasOwn(catalogue, key);
}

export function wordsOfCodes<C extends Catalogue>(
  catalogue: C,
  t: (key: keyof C & string) => string,
): (group: string, code: string) => string {
  return (group, code) => {
    const key = `${group}.${code}`;
    if (hasWords(catalogue, key)) return t(key);
    const plain = code.replaceAll("_", " ");
    return plain.charAt(0).toUpperCase() + plain.slice(1);
  };
}
