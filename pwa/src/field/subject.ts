// How an asset, lot or system is called, and what is known of it from before this visit.
import { t, word } from "../app/words";
import type { Rec } from "../data/types";
import { showTag } from "../domain/tag";
import { faultsOf, flag, number, text } from "./fields";
import type { VisitIndex } from "./visit-index";
import { monthDate, monthOf } from "./when";

export function productName(index: VisitIndex, rec: Rec | undefined): string | undefined {
  const product = index.product(text(rec, "product_id"));
  if (!product) return undefined;
  return [text(product, "maker"), text(product, "model")].filter(Boolean).join(" ");
}

export function typeName(index: VisitIndex, rec: Rec | undefined): string {
  return text(index.type(text(rec, "asset_type_id")), "name") ?? t("asset.kind_unknown");
}

/** What it is: the product, else its own name, else its type. */
export function kindName(index: VisitIndex, rec: Rec | undefined): string {
  return productName(index, rec) ?? text(rec, "name") ?? typeName(index, rec);
}

/** What it is called in a list: its tag, else its name, else serial, else what it is. */
export function callName(index: VisitIndex, rec: Rec): string {
  const code = rec.kind === "asset" ? index.tagOf(rec.id) : undefined;
  if (code) return showTag(code);
  return text(rec, "name") ?? text(rec, "serial") ?? kindName(index, rec);
}

export function roomName(index: VisitIndex, id: string | undefined): string {
  const room = id ? index.room(id) : undefined;
  const builtin = text(room, "builtin");
  return builtin ? word("builtin", builtin) : (text(room, "name") ?? t("room.unnamed"));
}

/** "Bought Sep 2019, serial 9QW4H13": the facts that tell two of a kind apart. */
export function knownFacts(rec: Rec): string {
  const bought = text(rec, "bought_on");
  const serial = text(rec, "serial");
  const supplier = text(rec, "supplier");
  const facts = [
    bought ? t("asset.bought", { when: monthDate(bought) }) : undefined,
    serial ? t("asset.serial_is", { serial }) : undefined,
    supplier ? t("asset.supplier", { supplier }) : undefined,
  ].filter((fact): fact is string => fact !== undefined);
  const line = facts.join(", ");
  return line.charAt(0).toUpperCase() + line.slice(1);
}

export interface Before {
  when: string;
  condition: string | undefined;
  faults: readonly string[];
}

/** The answer of an earlier visit: the register's condition, unless this visit gave it. */
export function beforeVisit(index: VisitIndex, rec: Rec | undefined): Before | undefined {
  const at = number(rec, "condition_at");
  const starts = text(index.visit, "starts_on");
  // A blind visit must not be led by what the last one said.
  if (flag(index.visit, "blind")) return undefined;
  if (at === undefined || !starts || at >= Date.parse(`${starts}T00:00:00`)) return undefined;
  return { when: monthOf(at), condition: text(rec, "condition"), faults: faultsOf(rec) };
}

export function conditionWords(condition: string): string {
  return word("condition", condition);
}

export function faultWords(faults: readonly string[]): string {
  const words = faults.map((fault, i) =>
    i === 0 ? word("fault", fault) : word("fault", fault).toLowerCase(),
  );
  return words.join(", ");
}
