/** The desk's words: t("matrix.assets", { n: 4600 }) from its own catalogue. */
import { desk } from "../app/words/desk";
import { ENGLISH, hasWords, translator } from "../app/words/translate";

export type DeskWord = keyof typeof desk;

export const t = translator(desk, ENGLISH);

/** Say a word whose key is built from data; an unknown one is shown as plain text. */
export function word(prefix: string, key: string): string {
  const full = `${prefix}.${key}`;
  return hasWords(desk, full) ? t(full) : key.replaceAll("_", " ");
}

/** A category as a narrow column names it: with soft hyphens, which no spoken name may hold. */
export function heading(category: string): string {
  const key = `column.${category}`;
  return hasWords(desk, key) ? t(key) : word("category", category);
}

export const count = ENGLISH.number;
