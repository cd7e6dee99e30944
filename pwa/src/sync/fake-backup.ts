// A server's backup, for tests: what it held then comes back under a new epoch; uploads are not rewound.
import type { FakeServer } from "./fake-server";
import { refill } from "./memory-disk";

let restores = 0;

/** Take a backup now; calling the answer restores it. */
export function backupOf(server: FakeServer): () => void {
  const { ledger, records, scopes, gone } = server;
  const kept = structuredClone({ ledger, records, scopes, gone });
  return () => {
    const again = structuredClone(kept);
    refill(server.ledger, again.ledger);
    refill(server.records, again.records);
    refill(server.scopes, again.scopes);
    refill(server.gone, again.gone);
    restores += 1;
    server.epoch = `epoch-after-${restores}`;
  };
}
