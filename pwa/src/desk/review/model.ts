/** What waits, in words: names of fields, choices, and what a person picked. */
import type { Conflict, Held, HeldValue, Side, Waiting } from "../../domain/generated/audits";
import { showTag } from "../../domain/tag";
import { ApiProblem } from "../api";
import { moment, shortDay } from "../dates";
import { t, word } from "../say";

/** One of the values, by its place among them, or a text that the person writes. */
export type Pick = number | "text" | null;

/** Field → the words its choices have. */
const CHOICES: Readonly<Record<string, string>> = {
  condition: "grade.long",
  resolution: "resolution",
  allocation: "allocation",
  life_state: "life",
  subject_kind: "kind",
  os: "os",
};

export function fieldWords(field: string, question: string | null): string {
  if (question !== null) return question;
  const [stem = "", key] = field.split("/", 2);
  if (key === undefined) return capital(word("field", stem));
  if (stem === "faults") return t("field.fault", { name: key.replaceAll("_", " ") });
  return capital(key.replaceAll("_", " "));
}

export function valueWords(
  kind: string,
  field: string,
  value: unknown,
  name: string | null,
): string {
  if (field === "deleted") return t(value === true ? "value.remove" : "value.keep");
  if (name !== null) return name;
  if (value === null || value === undefined || value === "") return t("value.none");
  if (typeof value === "boolean") return t(value ? "word.yes" : "word.no");
  if (field === "drawing") return t("value.drawing");
  if (typeof value === "number") return field.endsWith("_at") ? moment(value) : String(value);
  if (typeof value !== "string") return t("value.several");
  if (field.endsWith("_on") && /^\d{4}-\d\d-\d\d$/.test(value)) return shortDay(value);
  return capital(choiceWords(kind, field, value));
}

function choiceWords(kind: string, field: string, value: string): string {
  if (field.startsWith("answers/")) return word("choice", value);
  if (field === "state" && kind === "room_walk") return word("walk", value);
  const prefix = CHOICES[field];
  return prefix === undefined ? value : word(prefix, value);
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Every value of a conflict, the one that stands first. A delete may face a record as it stands. */
export function sidesOf(conflict: Conflict): readonly (Side | null)[] {
  return [conflict.stands, ...conflict.others];
}

export function sideWords(conflict: Conflict, side: Side | null): string {
  return valueWords(conflict.kind, conflict.field, side?.value ?? null, side?.name ?? null);
}

/** Who wrote it, where, and when by the server's clock. */
export function authorWords(by: {
  readonly person: string | null;
  readonly device: string | null;
  readonly at: number | null;
}): string {
  return t("review.by", {
    person: by.person ?? t("review.by.nobody"),
    device: by.device === null ? t("review.by.desk") : t("review.by.device", { device: by.device }),
    at: by.at === null ? t("date.not_yet") : moment(by.at),
  });
}

/** Why it is held: that it names no place comes before what became of it for that. */
export function heldWords(held: Held): string {
  return held.is_nowhere ? t("held.nowhere") : word("held", held.code);
}

export function heldShortly(held: Held): string {
  return held.is_nowhere ? t("held.short.nowhere") : word("held.short", held.code);
}

export function titleOf(item: Waiting): string {
  const kind = item.subject_kind ?? item.kind ?? "";
  return item.subject_name ?? word("kind", kind);
}

/** What differs, for the list: the field, or the first of what is held. */
export function topicOf(item: Waiting): string {
  if (item.conflict !== null) return fieldWords(item.conflict.field, item.conflict.question);
  const first = item.held === null ? undefined : shownValues(item.held)[0];
  return first === undefined ? "" : fieldWords(first.field, first.question);
}

export function lineOf(item: Waiting): string {
  const people =
    item.conflict === null ? [item.held?.person] : sidesOf(item.conflict).map((s) => s?.person);
  const known = [...new Set(people.filter((one): one is string => typeof one === "string"))];
  const tag = item.tag === null ? "" : tagWords(item.tag);
  return [tag, item.room_name ?? "", known.join(", "), shortDay(item.since)]
    .filter((part) => part !== "")
    .join(" · ");
}

export function tagWords(code: string): string {
  return showTag(code);
}

/** Fields that only say which record it is, or when a finger touched the tablet. */
export const QUIET: ReadonlySet<string> = new Set([
  "visit_id",
  "subject_kind",
  "subject_id",
  "owner_kind",
  "sha256",
  "size",
  "seen_at",
  "started_at",
  "done_at",
  "claimed_by",
  "bound_at",
]);

/** The values of a held unit that a person needs to see; all of them when there is nothing else. */
export function shownValues(held: Held): readonly HeldValue[] {
  const telling = held.values.filter((value) => !QUIET.has(value.field));
  return telling.length > 0 ? telling : held.values;
}

export function idOf(item: { readonly type: string; readonly key: string }): string {
  return `${item.type}/${item.key}`;
}

/** Who decided before, when the server refuses a second decision; undefined for another problem. */
export function decidedWords(problem: unknown): string | undefined {
  if (!(problem instanceof ApiProblem) || problem.slug !== "conflict") return undefined;
  const { decided } = problem.more;
  if (typeof decided !== "object" || decided === null) return t("review.moved_on");
  const told = { ...decided } as Readonly<Record<string, unknown>>; // the server's, read by name
  const outcome = told.outcome;
  if (outcome !== "accepted" && outcome !== "refused" && outcome !== "chosen") {
    return t("review.moved_on");
  }
  return t(`review.decided.${outcome}`, {
    person: typeof told.by === "string" ? told.by : t("review.by.nobody"),
    at: typeof told.at === "number" ? moment(told.at) : "",
    reason: typeof told.reason === "string" ? told.reason : "",
  });
}
