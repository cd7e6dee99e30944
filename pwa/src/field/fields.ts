// Reads typed values out of records; a missing or foreign value is undefined, never a crash.
import type { Rec, Value } from "../data/types";

export function text(rec: Rec | undefined, field: string): string | undefined {
  const value = rec?.f[field];
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function number(rec: Rec | undefined, field: string): number | undefined {
  const value = rec?.f[field];
  return typeof value === "number" ? value : undefined;
}

export function flag(rec: Rec | undefined, field: string): boolean {
  return rec?.f[field] === true;
}

export function texts(rec: Rec | undefined, field: string): string[] {
  const value = rec?.f[field];
  return Array.isArray(value) ? value.filter((v): v is string => typeof v === "string") : [];
}

/** The order in which records were made: the store lists them in none. */
export function byMade(a: Rec, b: Rec): number {
  return a.id < b.id ? -1 : 1;
}

/** The keys of a map field that hold a value: faults of {"faults/hinge": true}. */
export function mapEntries(rec: Rec | undefined, name: string): [string, Value][] {
  const stem = `${name}/`;
  const flat = Object.entries(rec?.f ?? {}).filter(([key]) => key.startsWith(stem));
  return flat.map(([key, value]) => [key.slice(stem.length), value]);
}

export function faultsOf(rec: Rec | undefined): string[] {
  return mapEntries(rec, "faults")
    .filter(([, value]) => value === true)
    .map(([key]) => key);
}

/** Serial numbers are compared by their letters and digits alone. */
export function serialKey(serial: string): string {
  return serial.toUpperCase().replace(/[^A-Z0-9]/g, "");
}
