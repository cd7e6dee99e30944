// The field app's words: t("room.found", { n: 22, of: 30 }).
import { enGB } from "./en-GB";
import { ENGLISH, translator, wordsOfCodes } from "./translate";

export const LOCALE = "en-GB";
export const t = translator(enGB, ENGLISH);
/** Words of a code that comes with the data: its own entry, else the code in plain letters. */
export const word = wordsOfCodes(enGB, t);
