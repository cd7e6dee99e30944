// What "Needs you" asks, in words, and what stands on this tablet only.
import { t, word } from "../../app/words/later";
import type { NeedsYou, Rec, Store, Value } from "../../data/types";
import { showTag } from "../../domain/tag";
import type { IconName } from "../../ui/icon";
import { text } from "../fields";
import { timeOf } from "../when";

export interface Answer {
  from: string;
  value: string;
}

export interface Need {
  need: NeedsYou;
  icon: IconName;
  title: string;
  text: string;
  /** Two answers side by side: this tablet's and the one on the server. */
  mine: Answer | undefined;
  theirs: Answer | undefined;
}

export function needWords(need: NeedsYou, store: Store): Need {
  const rec = store.get(need.kind, need.id);
  const about = nameOf(need, rec, store);
  if (need.what === "photo") {
    return plain(need, "image", t("need.photo", { about }), word("need_code", need.code));
  }
  if (need.what === "tablet") {
    return plain(need, "tablet", word("need_title", need.code), word("need_code", need.code));
  }
  const [field] = need.fields;
  if (need.code === "conflict" && field !== undefined) {
    return {
      need,
      icon: "alert",
      title: t("need.two_answers", { about, field: fieldWords(field).toLowerCase() }),
      text: t("need.two_text"),
      mine: {
        from: t("need.mine", { time: timeOf(need.at) }),
        value: valueWords(field, need.set[field]),
      },
      theirs: { from: t("need.theirs"), value: valueWords(field, rec?.f[field]) },
    };
  }
  if (need.code === "refused") {
    // What waited for another record may be refused by the server itself: then the reason is a code.
    const isCode = need.reason === undefined || /^[a-z_]+$/.test(need.reason);
    const text = isCode
      ? word("need_code", need.reason ?? need.code)
      : t("need.refused_why", { reason: need.reason ?? "" });
    if (isCode && need.reason) return plain(need, "alert", t("need.rejected", { about }), text);
    return plain(need, "alert", t("need.refused", { about }), text);
  }
  const key = need.what === "held" ? "need.held" : "need.rejected";
  return plain(need, "alert", t(key, { about }), word("need_code", need.code));
}

function plain(need: NeedsYou, icon: IconName, title: string, body: string): Need {
  return { need, icon, title, text: body, mine: undefined, theirs: undefined };
}

/** The thing's tag or name; a finding is called by its subject. */
function nameOf(need: NeedsYou, rec: Rec | undefined, store: Store): string {
  if (need.kind === "finding" || need.kind === "photo") {
    // A refused finding that was the first of its thing is no record: its own values say what it is.
    const said = (field: string): string | undefined => text(rec, field) ?? own(need, field);
    const code = said("code");
    if (code) return showTag(code);
    const found = named(store, said("subject_kind") ?? "", said("subject_id") ?? "");
    return found ?? word("kind", need.kind);
  }
  return named(store, need.kind, need.id) ?? word("kind", need.kind);
}

function own(need: NeedsYou, field: string): string | undefined {
  const value = need.set[field];
  return typeof value === "string" ? value : undefined;
}

function named(store: Store, kind: string, id: string): string | undefined {
  if (kind === "asset") {
    const tag = store.list("tag").find((each) => each.f.asset_id === id);
    const code = text(tag, "code");
    if (code) return showTag(code);
  }
  const rec = store.get(kind, id);
  return text(rec, "name") ?? text(rec, "serial");
}

export function fieldWords(field: string): string {
  const [stem = "", key] = field.split("/", 2);
  return key ? word("fault", key) : word("field", stem);
}

export function valueWords(field: string, value: Value | undefined): string {
  if (value === undefined || value === null || value === "") return t("value.none");
  if (typeof value === "boolean") return value ? t("yes") : t("no");
  if (field === "condition")
    return `${String(value)}, ${word("condition", String(value)).toLowerCase()}`;
  if (field === "resolution") return word("resolution", String(value));
  if (field.endsWith("_at") && typeof value === "number") return timeOf(value);
  return typeof value === "object" ? t("value.list") : String(value);
}

const KINDS = ["finding", "room_walk", "asset", "tag", "lot", "room"] as const;

export interface Waiting {
  kind: (typeof KINDS)[number];
  count: number;
}

/** What stands on this tablet only, by kind, most first. */
export function waitingByKind(store: Store): Waiting[] {
  return KINDS.map((kind) => ({
    kind,
    count: store.list(kind).filter((rec) => rec.waiting).length,
  })).filter((each) => each.count > 0);
}
