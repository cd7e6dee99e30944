// t() and word() for screens that are read when they are opened: all the words, their own too.
import { enGB } from "./en-GB";
import { enGBLater } from "./en-GB.later";
import { ENGLISH, translator, wordsOfCodes } from "./translate";

const all = { ...enGB, ...enGBLater };
export const t = translator(all, ENGLISH);
export const word = wordsOfCodes(all, t);
