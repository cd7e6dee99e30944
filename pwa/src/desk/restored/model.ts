/** What a restore took back, in words, and which of its values a person has ticked. */
import type { Awaited, Lost, LostValue, Picked } from "../../domain/generated/recovery";
import { showTag } from "../../domain/tag";
import { ApiProblem } from "../api";
import { moment, shortDay } from "../dates";
import { fieldWords, QUIET, valueWords } from "../review/model";
import { t, word } from "../say";

/** Values by their place in the list of the record. */
export type Ticks = ReadonlySet<number>;

const DELETED = "deleted";

/** Of each field the value told last. Not the removal where there are values: one excludes the other. */
export function firstTicks(values: readonly LostValue[]): Ticks {
  const last = new Map(values.map((value, at) => [value.field, at]));
  if (last.size > 1) last.delete(DELETED);
  return new Set(last.values());
}

/** One value of a field at most, and either the removal or values. */
export function ticked(ticks: Ticks, values: readonly LostValue[], at: number): Ticks {
  const field = values[at]?.field;
  if (ticks.has(at)) return new Set([...ticks].filter((one) => one !== at));
  const stays = [...ticks].filter((one) => {
    const other = values[one]?.field;
    return other !== field && (other === DELETED) === (field === DELETED);
  });
  return new Set([...stays, at]);
}

/** What to send. Fields that nobody is shown go along with those that were ticked. */
export function pickedOf(ticks: Ticks, values: readonly LostValue[]): Picked[] {
  const shown = new Set(shownAt(values));
  const isRemoval = [...ticks].some((at) => values[at]?.field === DELETED);
  const seen = [...ticks].filter((at) => shown.has(at));
  const along = isRemoval ? [] : [...firstTicks(values)].filter((at) => !shown.has(at));
  const all = seen.length === 0 ? [] : [...seen, ...along];
  return all.flatMap((at) => {
    const value = values[at];
    return value === undefined
      ? []
      : [{ field: value.field, client_id: value.client_id, mid: value.mid }];
  });
}

/** The places of the values that a person needs to see; all when there is nothing else. */
export function shownAt(values: readonly LostValue[]): readonly number[] {
  const every = values.map((_, at) => at);
  const telling = every.filter((at) => !QUIET.has(values[at]?.field ?? ""));
  return telling.length > 0 ? telling : every;
}

export function idOf(item: Lost): string {
  return `${item.kind}/${item.id}`;
}

export function titleOf(item: Lost): string {
  return item.subject_name ?? word("kind", item.subject_kind);
}

export function tagOf(item: Lost): string {
  return item.tag === null ? "" : showTag(item.tag);
}

/** Where it is and since when it is in the list. */
export function lineOf(item: Lost): string {
  return [tagOf(item), item.school_name ?? "", item.room_name ?? "", shortDay(item.since)]
    .filter((part) => part !== "")
    .join(" · ");
}

export function topicOf(item: Lost): string {
  const shown = shownAt(item.values).flatMap((at) => item.values[at] ?? []);
  if (shown.length === 1) return topicWords(shown[0]);
  return t("restored.values.count", { n: shown.length });
}

function topicWords(value: LostValue | undefined): string {
  if (value === undefined) return "";
  return value.field === DELETED ? t("restored.deleted") : fieldWords(value.field, value.question);
}

export function labelOf(value: LostValue): string {
  return value.field === DELETED ? word("field", DELETED) : fieldWords(value.field, value.question);
}

export function wasWords(kind: string, value: LostValue): string {
  if (value.field === DELETED) return t("restored.deleted");
  return valueWords(kind, value.field, value.value, value.name);
}

/** What stands there now, or nothing to say where the record is not there. */
export function nowWords(item: Lost, value: LostValue): string | null {
  if (value.field === DELETED) return t("restored.deleted.now");
  if (!item.is_there) return null;
  const now = valueWords(item.kind, value.field, value.now, value.now_name);
  return t("restored.now", { value: now });
}

/** Who wrote it as far as that is known, and whose tablet still has it. */
export function sourceWords(value: LostValue): string {
  const still =
    value.shown_by === null
      ? t("restored.from.nobody")
      : t("restored.from", { person: value.shown_by, device: value.shown_on ?? "–" });
  const by = value.person === null ? null : t("restored.by", { person: value.person });
  const wrote = [by, value.at === null ? null : moment(value.at)].filter(Boolean);
  return [...wrote, still].join(" · ");
}

export function stateWords(one: Awaited): string {
  if (one.state === "silent") return t("restored.state.silent");
  return t("restored.state.offering", { n: one.changes ?? 0 });
}

/** Why the server did not write it, when it keeps the record in the list. */
export function whyNot(problem: unknown): string | undefined {
  if (!(problem instanceof ApiProblem) || problem.slug !== "conflict") return undefined;
  const { code } = problem.more;
  if (typeof code !== "string") return undefined;
  if (code === "deleted" || code === "missing_parent") return t(`restored.why.${code}`);
  return t("restored.why.other");
}
