// What a person does to a room: close it, say why not, open it again.
import { t } from "../../app/words";
import type { Field } from "../deps";
import { startWalk, walkEdit } from "../edits";
import type { VisitIndex } from "../visit-index";

export type Close = "done" | "empty" | "no_access";

/** Closing never says that something is missing: the server works that out once all is sent. */
export function closeRoom(
  field: Field,
  index: VisitIndex,
  room: string,
  state: Close,
  reason?: string,
): Promise<boolean> {
  const { ids, now, saver } = field;
  const edit = walkEdit(index, ids, room, {
    state,
    done_at: now(),
    ...(reason === undefined ? {} : { reason }),
  });
  return saver.save({ edits: [edit], words: t(`closed.${state}`), noUndo: true });
}

export function reopenRoom(field: Field, index: VisitIndex, room: string): Promise<boolean> {
  const edit = walkEdit(index, field.ids, room, { state: "started", done_at: null });
  return field.saver.save({ edits: [edit], words: t("closed.reopened"), noUndo: true });
}

/** Start the walk before the first thing is recorded in a room; a second call does nothing. */
export async function enterRoom(field: Field, index: VisitIndex, room: string): Promise<void> {
  const { ids, now, saver, store } = field;
  const edit = startWalk(index, ids, room, store.me.user_id, now());
  if (edit) await saver.save({ edits: [edit], noUndo: true });
}
