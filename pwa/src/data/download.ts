// Makes a visit ready without signal: three scopes, the tag index, the ratings, and a self-test.
import type { VisitItem } from "../domain/generated/audits";
import type { Snapshot } from "../domain/generated/ratings";
import type { Journal } from "../sync/journal";
import type { Step } from "../sync/push";
import type { Transport } from "../sync/transport";
import { getJson, type NoAnswer } from "./ask";
import { type PackedTags, packTags } from "./tag-index";

/** Why a visit is not ready: codes that the screen turns into words. */
export type NotReady =
  | NoAnswer
  | "apple_tab"
  | "storage_full"
  | "counts_differ"
  | "decoder_missing"
  | "app_not_kept";

export interface DownloadPort {
  journal: Journal;
  transport: Transport;
  organisationId: string;
  /** One round of sync, alone; what it fetches is told through `onStaged`. */
  round: () => Promise<Step>;
  onStaged: (run: (rows: number) => void) => () => void;
  precached: () => Promise<boolean>;
  decoder: () => Promise<boolean>;
  keep: (tags: PackedTags, ratings: Snapshot, schoolId: string) => Promise<void>;
}

const MANIFEST = "GET /api/visits/{visit_id}/manifest";

function whyOf(step: Step): NotReady | undefined {
  if (step === "done") return undefined;
  if (step.stop === "no_signal" || step.stop === "signed_out") return step.stop;
  return step.stop === "not_mine" ? "not_found" : "server_busy";
}

/** Scopes that a visit needs, outermost first. */
export function scopesOf(organisationId: string, visit: VisitItem): string[] {
  return [organisationId, visit.school_id, visit.id];
}

export async function downloadVisit(
  port: DownloadPort,
  visit: VisitItem,
  progress: (done: number, total: number) => void,
): Promise<NotReady | undefined> {
  const manifest = await getJson(port.transport, MANIFEST, { visit_id: visit.id });
  if (!manifest.ok) return manifest.why;
  const rows = Object.values(manifest.body.counts).reduce((sum, n) => sum + n, 0);
  // Records, then the tag index, the ratings and the self-test: three steps more.
  const total = rows + 3;
  let done = 0;
  const step = (n: number): void => {
    done = Math.min(total, done + n);
    progress(done, total);
  };
  const quiet = port.onStaged((n) => step(Math.min(n, Math.max(0, rows - done))));
  const fetched = await fetchScopes(port, scopesOf(port.organisationId, visit));
  quiet();
  if (fetched) return fetched;
  const extras = await fetchExtras(port, visit, () => step(1));
  if (extras) return extras;
  const failed = await selfTest(port, visit);
  progress(total, total);
  return failed;
}

async function fetchScopes(port: DownloadPort, scopes: string[]): Promise<NotReady | undefined> {
  await port.journal.commit((meta) => {
    const fresh = scopes.filter((scope) => !(scope in meta.cursors));
    if (fresh.length === 0) return undefined;
    const cursors = Object.fromEntries(fresh.map((scope) => [scope, { gen: 0, seq: 0 }]));
    return {
      meta: { cursors: { ...meta.cursors, ...cursors }, resets: [...meta.resets, ...fresh] },
    };
  });
  const why = whyOf(await port.round());
  if (why) return why;
  const { cursors, resets } = port.journal.model.meta;
  const here = scopes.every((scope) => scope in cursors && !resets.includes(scope));
  return here ? undefined : "not_found";
}

async function fetchExtras(
  port: DownloadPort,
  visit: VisitItem,
  step: () => void,
): Promise<NotReady | undefined> {
  const tags = await getJson(port.transport, "GET /api/tag-index", {});
  if (!tags.ok) return tags.why;
  step();
  const ratings = await getJson(port.transport, "GET /api/ratings/snapshot", {
    school_id: visit.school_id,
  });
  if (!ratings.ok) return ratings.why;
  await port.keep(packTags(tags.body), ratings.body, visit.school_id);
  step();
  return undefined;
}

/** Ready means proved: what the server counts is here, the decoder runs, the app itself is kept. */
async function selfTest(port: DownloadPort, visit: VisitItem): Promise<NotReady | undefined> {
  for (let tries = 0; ; tries += 1) {
    const fresh = await getJson(port.transport, MANIFEST, { visit_id: visit.id });
    if (!fresh.ok) return fresh.why;
    if (countsAgree(port, visit, fresh.body.counts)) break;
    // Somebody may have written in between: fetch once more before saying no.
    if (tries > 0) return "counts_differ";
    const why = whyOf(await port.round());
    if (why) return why;
  }
  if (!(await port.decoder())) return "decoder_missing";
  return (await port.precached()) ? undefined : "app_not_kept";
}

function countsAgree(
  { journal, organisationId }: DownloadPort,
  visit: VisitItem,
  wanted: Record<string, number>,
): boolean {
  const held = journal.model.counts(scopesOf(organisationId, visit));
  return Object.entries(wanted).every(([kind, n]) => (held[kind] ?? 0) === n);
}
