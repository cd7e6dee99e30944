// Reads a scan or a typed code offline, and says which character was probably mistyped.
import { aliasOf, checkCharacter, parseTag, TAG_ALPHABET, TAG_LENGTH } from "../../domain/tag";

export type Reading =
  | { kind: "tag"; code: string }
  /** Eight characters that could be a code, but the check character disagrees. */
  | { kind: "mistyped"; code: string; alias: string | undefined }
  /** No tag of ours; perhaps a maker's barcode that was taken on as an alias. */
  | { kind: "other"; alias: string | undefined; address: boolean };

/** A whole code whose check character agrees. */
function isCode(code: string): boolean {
  return checkCharacter(code.slice(0, -1)) === code.slice(-1);
}

/** Upper case without spaces and hyphens; O is read as 0, I and L as 1. */
export function fold(text: string): string {
  return text
    .replace(/[\s\-‐-―−]/g, "")
    .toUpperCase()
    .replaceAll("O", "0")
    .replace(/[IL]/g, "1");
}

/** What a scan or a typed text says. Takes the bare code or an address that ends in /t/CODE. */
export function readCode(scanned: string): Reading {
  const text = [...scanned]
    .filter((c) => c >= " " && c !== "\u007f")
    .join("")
    .trim();
  const tag = parseTag(text);
  if (tag) return { kind: "tag", code: tag };
  const alias = aliasOf(text);
  const code = fold(text);
  const could = code.length === TAG_LENGTH && [...code].every((c) => TAG_ALPHABET.includes(c));
  if (could) return { kind: "mistyped", code, alias };
  return { kind: "other", alias, address: /^https?:/i.test(text) };
}

/** Pairs that a tired eye or a worn label swaps. */
const LOOKALIKE = [
  "8B",
  "5S",
  "2Z",
  "0D",
  "0Q",
  "6G",
  "1T",
  "VY",
  "VW",
  "CG",
  "MN",
  "EF",
  "PR",
  "3B",
  "7T",
  "4A",
];

export interface Suspect {
  /** Place in the code, from 0. */
  at: number;
  /** What probably stands there. */
  maybe: string;
  /** The whole code with that character. */
  code: string;
}

/**
 * Which character is likely wrong: every single replacement that makes the check fit, known ones
 * first (a code that is on this tablet's list), then look-alikes. At most three.
 */
export function suspects(code: string, isKnown: (code: string) => boolean): Suspect[] {
  const found: (Suspect & { rank: number })[] = [];
  for (let at = 0; at < code.length; at += 1) {
    const was = code.charAt(at);
    for (const maybe of TAG_ALPHABET) {
      const other = code.slice(0, at) + maybe + code.slice(at + 1);
      if (maybe === was || !isCode(other)) continue;
      const alike = LOOKALIKE.some((pair) => pair.includes(was) && pair.includes(maybe));
      const rank = (isKnown(other) ? 0 : 2) + (alike ? 0 : 1);
      if (rank < 3) found.push({ at, maybe, code: other, rank });
    }
  }
  found.push(...swaps(code, isKnown));
  found.sort((a, b) => a.rank - b.rank);
  return found.slice(0, 3).map(({ at, maybe, code: whole }) => ({ at, maybe, code: whole }));
}

function swaps(code: string, isKnown: (code: string) => boolean): (Suspect & { rank: number })[] {
  const found: (Suspect & { rank: number })[] = [];
  for (let at = 0; at + 1 < code.length; at += 1) {
    const other = code.slice(0, at) + code.charAt(at + 1) + code.charAt(at) + code.slice(at + 2);
    if (other === code || !isCode(other)) continue;
    found.push({ at, maybe: code.charAt(at + 1), code: other, rank: isKnown(other) ? 0 : 2 });
  }
  return found;
}
