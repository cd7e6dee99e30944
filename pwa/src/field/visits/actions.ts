// Downloads a visit, with its progress; the tick comes only after the self-test.
import { signal } from "@preact/signals";
import { t, word } from "../../app/words";
import type { Field } from "../deps";
import type { DownloadState } from "./model";

const downloads = signal<ReadonlyMap<string, DownloadState>>(new Map());

export function downloadState(visit: string): DownloadState {
  return downloads.value.get(visit) ?? { kind: "none" };
}

function note(visit: string, state: DownloadState): void {
  downloads.value = new Map(downloads.value).set(visit, state);
}

export async function downloadVisit(field: Field, visit: string): Promise<void> {
  note(visit, { kind: "running", done: 0, total: 0 });
  // Asked here because a person has just tapped: some browsers only listen then.
  await field.ports.storage.persist();
  const result = await field.store
    .download(visit, (done, total) => note(visit, { kind: "running", done, total }))
    .catch(() => ({ ready: false, why: undefined }));
  if (result.ready) {
    note(visit, { kind: "none" });
    field.saver.say(t("visit.ready"));
  } else {
    note(visit, {
      kind: "failed",
      why: result.why ? word("why", result.why) : t("visit.no_answer"),
    });
  }
}
