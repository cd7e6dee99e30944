// Canonical JSON: names sorted by code point, no spaces, integers only. Twin of sync/codec.py.
import type { Value } from "../data/types";

const MAX_INT = Number.MAX_SAFE_INTEGER;
const ASCII = /^[\x20-\x7e]*$/;

export class BadValue extends Error {}

/** Python sorts text by code point, JavaScript by UTF-16 unit: they differ above U+FFFF. */
export function byCodePoint(a: string, b: string): number {
  if (ASCII.test(a) && ASCII.test(b)) return a < b ? -1 : a > b ? 1 : 0;
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < Math.min(left.length, right.length); i += 1) {
    const gap = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (gap !== 0) return gap;
  }
  return left.length - right.length;
}

/** Return the one text of a value. Throws BadValue for floats, U+0000 and lone surrogates. */
export function canonical(value: Value): string {
  return isInOrder(value) ? JSON.stringify(value) : ordered(value);
}

/** As the server sends it, a value is in order already: then the browser writes it, ten times faster. */
function isInOrder(value: Value): boolean {
  if (value === null || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isSafeInteger(value);
  if (typeof value === "string") return !value.includes("\0") && value.isWellFormed();
  if (Array.isArray(value)) return value.every(isInOrder);
  let before = "";
  for (const name of Object.keys(value)) {
    if (name <= before || !ASCII.test(name) || !isInOrder(value[name] as Value)) return false;
    before = name;
  }
  return true;
}

function ordered(value: Value): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isInteger(value) || Math.abs(value) > MAX_INT) throw new BadValue("not an integer");
    return Object.is(value, -0) ? "0" : String(value);
  }
  if (typeof value === "string") return text(value);
  if (Array.isArray(value)) return `[${value.map(ordered).join(",")}]`;
  const names = Object.keys(value).sort(byCodePoint);
  return `{${names.map((name) => `${text(name)}:${ordered(value[name] as Value)}`).join(",")}}`;
}

function text(value: string): string {
  if (value.includes("\0") || !value.isWellFormed()) throw new BadValue("text that cannot be kept");
  return JSON.stringify(value);
}
