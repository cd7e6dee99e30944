// Compares each scope with the server once all is quiet; a difference fetches that scope anew.
import type { Journal } from "./journal";
import { digestSum } from "./rows";
import type { Transport } from "./transport";

/** Scopes that the digest found different, with what was held; for the report. */
export async function compareScopes(
  journal: Journal,
  transport: Transport,
  scopes: readonly string[],
): Promise<string[]> {
  const different: string[] = [];
  for (const scope of scopes) {
    const seq = journal.model.meta.cursors[scope]?.seq;
    if (seq === undefined) continue;
    const answer = await transport.send({ method: "GET", path: `/digest/${scope}?seq=${seq}` });
    // 409: the server has moved on meanwhile; the next quiet moment will do.
    if (answer.status !== 200) continue;
    const theirs = (await answer.json()) as { n: number; sum: number; server_epoch?: string };
    const { cursors, epoch } = journal.model.meta;
    // Restored since we pulled: the same number may stand for something else.
    if (cursors[scope]?.seq !== seq || (theirs.server_epoch ?? epoch) !== epoch) continue;
    const ours = digestSum(journal.model.scopeRows(scope));
    if (ours.n !== theirs.n || ours.sum !== theirs.sum) different.push(scope);
  }
  return different;
}

export async function resetScopes(journal: Journal, scopes: readonly string[]): Promise<void> {
  if (scopes.length === 0) return;
  await journal.commit((meta) => ({
    meta: { resets: [...new Set([...meta.resets, ...scopes])] },
  }));
}
