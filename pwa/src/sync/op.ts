// One change as it travels: a line of canonical JSON, kept for ever as the exact text first written.
import type { Value } from "../data/types";
import { canonical } from "./canonical";

/** Who made a value: the part of its version that a base names. */
export type Mark = [client: string, mid: number];

export interface Op {
  mid: number;
  sv: number;
  kind: string;
  id: string;
  scope: string;
  at: number;
  mono: [session: string, ms: number];
  set: Record<string, Value>;
  base: Record<string, Mark>;
  txn?: { id: string; n: number };
}

export const SCHEMA_VERSION = 1;
export const GROUP_OPS = 200;
export const GROUP_BYTES = 256 * 1024;
const VOID = "void";

export function encodeOp(op: Op): string {
  // An Op holds JSON only; the index signature that Value asks for is all that is missing.
  return canonical(op as unknown as Value);
}

/** Read a line of our own. A void line (an op whose body was pruned) has no record. */
export function readOp(line: string): Op {
  const op = JSON.parse(line) as Partial<Op> & { mid: number; kind: string };
  return {
    sv: SCHEMA_VERSION,
    id: "",
    scope: "",
    at: 0,
    mono: ["", 0],
    set: {},
    base: {},
    ...op,
  };
}

/** What is sent for a number whose body this tablet no longer has. */
export function voidLine(mid: number): string {
  return canonical({ kind: VOID, mid });
}

export function isVoid(op: Op): boolean {
  return op.kind === VOID;
}

export function sizeOf(line: string): number {
  return new TextEncoder().encode(line).length;
}
