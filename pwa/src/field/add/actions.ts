// Adds the thing and says so; where the person goes next is the screen's business.
import { t } from "../../app/words/later";
import { showTag } from "../../domain/tag";
import type { Field } from "../deps";
import { enterRoom } from "../room/actions";
import { markAdded } from "../scan/actions";
import type { VisitIndex } from "../visit-index";
import { addEdits, type Draft } from "./model";

/** The new asset's id once it is on this tablet. */
export async function addAsset(
  field: Field,
  index: VisitIndex,
  room: string,
  draft: Draft,
  code: string | undefined,
): Promise<string | undefined> {
  await enterRoom(field, index, room);
  const where = { index, ids: field.ids, room, now: field.now() };
  const { asset, edits } = addEdits(where, draft, code);
  const words = code ? t("add.added_tag", { tag: showTag(code) }) : t("add.added");
  if (!(await field.saver.save({ edits, words, noUndo: true }))) return undefined;
  if (code) markAdded(code);
  return asset;
}
