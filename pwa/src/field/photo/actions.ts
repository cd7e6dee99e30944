// Takes a photo: shrunk on the tablet, its record and its bytes saved in one edit.
import { t } from "../../app/words";
import type { Edit, Rec } from "../../data/types";
import type { ImageProblem } from "../../platform/ports";
import type { Field } from "../deps";
import { answerEdit, walkEdit } from "../edits";
import { enterRoom } from "../room/actions";
import type { SubjectKind, VisitIndex } from "../visit-index";

export interface PhotoOf {
  index: VisitIndex;
  room: string;
  /** "room" for the room itself: its walk owns the photo. */
  kind: SubjectKind | "room";
  id: string;
}

export type Taken = { ok: true } | { ok: false; why: string };

/** The record that owns the photo, made if this is the first thing said about it. */
function ownerEdit(field: Field, of: PhotoOf): { ownerKind: string; edit: Edit; known: boolean } {
  const { index, room, kind, id } = of;
  if (kind === "room") {
    const edit = walkEdit(index, field.ids, room, {});
    return { ownerKind: "room_walk", edit, known: index.walk(room) !== undefined };
  }
  const edit = answerEdit({ index, ids: field.ids, kind, id }, room, field.now(), {});
  return { ownerKind: "finding", edit, known: Object.keys(edit.set).length === 0 };
}

export function photosOf({ index, room, kind, id }: PhotoOf) {
  if (kind === "room") {
    const walk = index.walk(room);
    return walk ? index.photosOf("room_walk", walk.id) : [];
  }
  const finding = index.finding(kind, id);
  return finding ? index.photosOf("finding", finding.id) : [];
}

export async function takePhoto(
  field: Field,
  of: PhotoOf,
  source: Blob | ImageBitmap,
): Promise<Taken> {
  const shrunk = await field.ports.image.shrink(source).catch((): ImageProblem => "failed");
  if (typeof shrunk === "string") return { ok: false, why: t(`photo.${shrunk}`) };
  await enterRoom(field, of.index, of.room);
  const owner = ownerEdit(field, of);
  const photo: Edit = {
    kind: "photo",
    id: field.ids.fresh(),
    scope: of.index.visit.id,
    set: {
      owner_kind: owner.ownerKind,
      owner_id: owner.edit.id,
      sha256: shrunk.sha256,
      size: shrunk.bytes.byteLength,
      width: shrunk.width,
      height: shrunk.height,
      rank: photosOf(of).length,
      taken_at: field.now(),
    },
  };
  const { sha256, bytes, thumb } = shrunk;
  const saved = await field.saver.save({
    edits: owner.known ? [photo] : [owner.edit, photo],
    photos: [{ sha256, mime: "image/jpeg", bytes, thumb }],
    noUndo: true,
  });
  if (!saved) return { ok: false, why: t("photo.not_saved") };
  field.saver.say(t("photo.saved"));
  return { ok: true };
}

export function captionEdit(
  field: Field,
  visit: string,
  photo: Rec,
  caption: string,
): Promise<boolean> {
  const set = { caption: caption || null };
  const edit = { kind: "photo", id: photo.id, scope: visit, set, onScreen: photo };
  return field.saver.save({ edits: [edit] });
}
