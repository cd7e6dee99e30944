// What a story must have come to, for tests: every op kept and known, tablet and server the same.
import type { Value } from "../data/types";
import type { FakeServer } from "./fake-server";
import type { FakeTablet } from "./fake-tablet";
import { readOp } from "./op";
import { isGone } from "./rows";

export function faultsOf(
  tablet: FakeTablet,
  server: FakeServer,
  schools: readonly string[],
): string[] {
  const faults = [...opsMissing(tablet, server)];
  if (tablet.mismatches > 0) faults.push("a digest differed");
  for (const school of schools)
    if (differs(tablet, server, school)) faults.push(`${school} differs`);
  return faults;
}

/** I1: each op that was ever saved is in the ledger, byte for byte, and still known here. */
function* opsMissing(tablet: FakeTablet, server: FakeServer): Iterable<string> {
  const contents = tablet.isCopied ? contentsOf(server) : undefined;
  for (const { client, mid, line } of tablet.made) {
    if (contents) {
      // After a fork an op has another number, so another line: what it says must be there.
      if (!contents.has(contentOf(line))) yield `what op ${mid} of ${client} says is missing`;
      continue;
    }
    if (server.ledger.get(client)?.get(mid)?.line !== line)
      yield `op ${mid} of ${client} is missing`;
    if (tablet.disk.sent.get(`${client} ${mid}`)?.line !== line) yield `op ${mid} left early`;
  }
}

function contentOf(line: string): string {
  const { kind, id, set } = readOp(line);
  return JSON.stringify([kind, id, set]);
}

/** Whoever it became by its forks: no two ops of a story say the same. */
function contentsOf(server: FakeServer): Set<string> {
  const all = [...server.ledger.values()].flatMap((ops) => [...ops.values()]);
  return new Set(all.map(({ line }) => contentOf(line)));
}

/** I5: with nothing unsent and the cursor at the head, tablet and server hold the same. */
function differs(tablet: FakeTablet, server: FakeServer, school: string): boolean {
  const theirs = server.items(school).filter((item) => !isGone(item));
  const wanted = theirs.map((item) => [
    item.k,
    item.id,
    item.seq,
    "f" in item ? sorted(item.f) : "",
  ]);
  const rows = [...tablet.model.scopeRows(school)];
  const ours = rows.map(({ kind, id, seq, f }) => [kind, id, seq, sorted(JSON.parse(f))]);
  return JSON.stringify(ours.sort()) !== JSON.stringify(wanted.sort());
}

function sorted(f: Readonly<Record<string, Value>>): string {
  return JSON.stringify(Object.entries(f).sort());
}
