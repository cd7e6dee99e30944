// A new asset in the flow: what it is, found offline among the types and products of the organisation.
import { t, word } from "../../app/words";
import type { Edit, Rec, Value } from "../../data/types";
import type { Ids } from "../deps";
import { seenEdit, unknownTagEdit } from "../edits";
import { flag, serialKey, text } from "../fields";
import type { VisitIndex } from "../visit-index";

export interface Draft {
  type: string;
  product: string;
  serial: string;
  name: string;
}

export interface TypeGroup {
  category: string;
  types: { id: string; name: string }[];
}

export function typeGroups(index: VisitIndex): TypeGroup[] {
  const groups = new Map<string, TypeGroup>();
  const types = index.types().filter((type) => text(type, "counts_as") === "asset");
  for (const type of types) {
    const category = text(type, "category") ?? "other";
    const group = groups.get(category) ?? { category: word("category", category), types: [] };
    group.types.push({ id: type.id, name: text(type, "name") ?? t("asset.kind_unknown") });
    groups.set(category, group);
  }
  return [...groups.values()];
}

export interface ProductHit {
  id: string;
  type: string;
  name: string;
}

const MOST = 8;

/** Products whose maker or model holds every typed word; of the chosen type, if there is one. */
export function findProducts(index: VisitIndex, type: string, typed: string): ProductHit[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const hits: ProductHit[] = [];
  for (const product of index.products()) {
    const of = text(product, "asset_type_id") ?? "";
    if (type && of !== type) continue;
    const name = `${text(product, "maker") ?? ""} ${text(product, "model") ?? ""}`.trim();
    if (!words.every((each) => name.toLowerCase().includes(each))) continue;
    hits.push({ id: product.id, type: of, name });
    if (hits.length === MOST) break;
  }
  return hits;
}

/** Another asset of this school with the same serial: probably the same thing. */
export function sameSerial(index: VisitIndex, serial: string): Rec | undefined {
  const key = serialKey(serial);
  if (key.length < 4) return undefined;
  for (const room of index.rooms) {
    const found = index
      .assetsIn(room.id)
      .find((asset) => serialKey(text(asset, "serial") ?? "") === key);
    if (found) return found;
  }
  return undefined;
}

export interface Added {
  asset: string;
  edits: Edit[];
}

interface Where {
  index: VisitIndex;
  ids: Ids;
  room: string;
  now: number;
}

/** One group: the asset, its tag, that it was seen here; the unknown scan no longer counts. */
export function addEdits(
  { index, ids, room, now }: Where,
  draft: Draft,
  code: string | undefined,
): Added {
  const asset = ids.fresh();
  const scope = index.schoolId;
  const set: Record<string, Value> = {
    asset_type_id: draft.type,
    room_id: room,
    life_state: "in_use",
    allocation: "in_room",
  };
  if (draft.product) set.product_id = draft.product;
  if (draft.serial.trim()) set.serial = draft.serial.trim();
  if (draft.name.trim()) set.name = draft.name.trim();
  const edits: Edit[] = [{ kind: "asset", id: asset, scope, set }];
  if (code) edits.push(tagEdit(index, ids, code, asset, now));
  edits.push(seenEdit({ index, ids, kind: "asset", id: asset }, room, now, { resolution: "here" }));
  const unknown = code ? index.finding("tag", ids.natural("tag", code)) : undefined;
  if (code && unknown && !flag(unknown, "void")) {
    const edit = unknownTagEdit(index, ids, code, room, now, "here");
    edits.push({ ...edit, set: { void: true } });
  }
  return { asset, edits };
}

function tagEdit(index: VisitIndex, ids: Ids, code: string, asset: string, now: number): Edit {
  const known = index.tag(code);
  const bind = { asset_id: asset, bound_at: now };
  return {
    kind: "tag",
    id: known?.id ?? ids.natural("tag", code),
    scope: known?.scope ?? index.schoolId,
    set: known ? bind : { code, ...bind },
  };
}
