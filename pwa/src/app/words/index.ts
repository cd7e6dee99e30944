// The field app's words: t("room.found", { n: 22, of: 30 }).
import { enGB } from "./en-GB";
import { hasWords, translator } from "./translate";

export const LOCALE = "en-GB";
export const t = translator(enGB, LOCALE);

/** Words of a code that comes with the data: its own entry, else the code in plain letters. */
export function word(group: string, code: string): string {
  const key = `${group}.${code}`;
  if (hasWords(enGB, key)) return t(key);
  const plain = code.replaceAll("_", " ");
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}
