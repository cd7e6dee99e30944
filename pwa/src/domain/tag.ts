// Tags: seven characters and an ISO 7064 MOD 37-2 check character. Twin of the estate's tag rules.

const VALUES = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*";
/** 32 characters that are hard to mistake for one another: no I, L, O or U. */
export const TAG_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
export const TAG_LENGTH = 8;
const SPACING = /[ \t\r\n\u00a0\-\u2010-\u2014\u2212]/g;
const EDGES = /^[ \t\r\n\u00a0]+|[ \t\r\n\u00a0]+$/g;
/** A longer scan is nobody's tag. */
const MAX_SCAN = 300;
const MAX_ALIAS = 120;

/** ISO 7064 MOD 37-2 check character of upper-case letters and digits; may be "*". */
export function checkCharacter(body: string): string {
  let sum = 0;
  for (const letter of body) sum = ((sum + VALUES.indexOf(letter)) * 2) % 37;
  return VALUES[(38 - sum) % 37] ?? "";
}

/** Only ASCII letters are folded: a dotless i or a long s is not one of ours. */
function fold(text: string): string {
  const upper = text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
  return upper.replaceAll("O", "0").replace(/[IL]/g, "1");
}

/** What stands after /t/ of a web address; other text as it is. */
function bare(text: string): string {
  const trimmed = text.replace(EDGES, "");
  if (!/^https?:\/\//i.test(trimmed)) return trimmed;
  const path = (trimmed.split(/[?#]/, 1)[0] ?? "").replace(/\/+$/, "").split("/");
  return path.length === 5 && /^t$/i.test(path[3] ?? "") ? (path[4] ?? "") : "";
}

/** The code in what was scanned or typed, or undefined: junk is not a tag. */
export function parseTag(text: string): string | undefined {
  if (text.length > MAX_SCAN) return undefined;
  const code = fold(bare(text).replace(SPACING, ""));
  if (code.length !== TAG_LENGTH) return undefined;
  if (![...code].every((letter) => TAG_ALPHABET.includes(letter))) return undefined;
  return checkCharacter(code.slice(0, -1)) === code.at(-1) ? code : undefined;
}

/** K7M42QXZ reads K7M4-2QXZ; a legacy alias as it was scanned. */
export function showTag(code: string): string {
  const ours = code.length === TAG_LENGTH && parseTag(code) !== undefined;
  return ours ? `${code.slice(0, 4)}-${code.slice(4)}` : code;
}

/** The form in which a foreign barcode is kept as a tag of ours, undefined when unusable. */
export function aliasOf(text: string): string | undefined {
  const alias = text.normalize("NFC").split(/\s+/u).filter(Boolean).join(" ").toUpperCase();
  const usable = alias.length >= 2 && alias.length <= MAX_ALIAS && !/[\p{C}]/u.test(alias);
  return usable ? alias : undefined;
}
