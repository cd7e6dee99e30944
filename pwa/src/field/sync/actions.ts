// What the Sync centre does: send, export, settle what needs a person.
import type { NeedsYou, Store } from "../../data/types";
import type { Saver } from "../saver";

/** Hand the unsent work over as a file: the last resort when nothing can be sent. */
export async function downloadExport(store: Store): Promise<void> {
  const file = await store.exportUnsent();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = "walkround-unsent.zip";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** "This tablet's answer holds": write it again, now with the other one seen. */
export async function keepMine(store: Store, saver: Saver, need: NeedsYou): Promise<void> {
  const edit = { kind: need.kind, id: need.id, scope: need.scope, set: { ...need.set } };
  if (await saver.save({ edits: [edit], noUndo: true })) await store.dismiss(need.mid);
}

export async function keepTheirs(store: Store, need: NeedsYou): Promise<void> {
  await store.dismiss(need.mid);
}
