// Record ids: UUIDv5 for records with a natural key, UUIDv7 for all others. Twin of sync/ids.py.
import { sha1, sha256Hex } from "./hash";

const NAMESPACE = "6f1d2c1e-9b0a-5d53-8c57-2f6a3e7b41d0";

function fromText(uuid: string): Uint8Array {
  const hex = uuid.replaceAll("-", "");
  return Uint8Array.from({ length: 16 }, (_, i) =>
    Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16),
  );
}

function toText(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join("-");
}

function stamped(bytes: Uint8Array, version: number): string {
  const out = Uint8Array.from(bytes.slice(0, 16));
  out[6] = ((out[6] ?? 0) & 0x0f) | (version << 4);
  out[8] = ((out[8] ?? 0) & 0x3f) | 0x80;
  return toText(out);
}

/** UUIDv5 of `kind:organisation:key1:key2`, so that twins meet in one record. */
export function naturalId(kind: string, organisationId: string, ...keys: string[]): string {
  const name = new TextEncoder().encode([kind, organisationId, ...keys].join(":"));
  const message = new Uint8Array(16 + name.length);
  message.set(fromText(NAMESPACE));
  message.set(name, 16);
  return stamped(sha1(message), 5);
}

/**
 * Whom a client becomes that finds its number taken by another line. Twins that hold the same unsent
 * ops thus become the same client again, and each op stays one.
 */
export async function forkedClient(client: string, mid: number, line: string): Promise<string> {
  return naturalId("fork", client, String(mid), await sha256Hex(line));
}

/** UUIDv7 (RFC 9562) from UTC milliseconds and ten random bytes. */
export function uuid7(atMs: number, random: Uint8Array): string {
  if (random.length !== 10) throw new RangeError("uuid7 needs ten random bytes");
  const bytes = new Uint8Array(16);
  for (let i = 5, left = atMs; i >= 0; i -= 1, left = Math.floor(left / 256)) bytes[i] = left % 256;
  bytes.set(random, 6);
  return stamped(bytes, 7);
}

/** A fresh id for a record without a natural key. */
export function newId(): string {
  return uuid7(Date.now(), crypto.getRandomValues(new Uint8Array(10)));
}
