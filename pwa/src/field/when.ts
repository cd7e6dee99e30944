// Times and sizes in words, as a person in the room says them.
import { t } from "../app/words";

// Written out here: the first date formatter of a browser takes longer than drawing all the rooms.
const named = (list: string, n: number): string => list.split(" ")[n] ?? "";
const two = (n: number): string => String(n).padStart(2, "0");

export const timeOf = (ms: number): string => {
  const at = new Date(ms);
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
};
const day = (at: Date): string => `${at.getDate()} ${named(t("when.months"), at.getMonth())}`;
const longDay = (at: Date): string => `${named(t("when.days"), at.getDay())} ${day(at)}`;
const shortMonth = (at: Date): string => named(t("when.months_short"), at.getMonth());
const shortDay = (at: Date): string =>
  `${named(t("when.days_short"), at.getDay())} ${at.getDate()} ${shortMonth(at)}`;
const month = (at: Date): string => `${shortMonth(at)} ${at.getFullYear()}`;

export const dayOf = (ms: number): string => day(new Date(ms));
export const longDayOf = (ms: number): string => longDay(new Date(ms));
export const monthOf = (ms: number): string => month(new Date(ms));

const local = (date: string): Date => new Date(`${date}T12:00:00`);
export const shortDate = (date: string): string => shortDay(local(date));
export const monthDate = (date: string): string => month(local(date));

/** "Tuesday 3 November", "3–7 November", "28 October – 3 November". */
export function dateRange(from: string, to: string): string {
  const [first, last] = [local(from), local(to)];
  if (from === to) return longDay(first);
  return from.slice(0, 7) === to.slice(0, 7)
    ? `${first.getDate()}–${day(last)}`
    : `${day(first)} – ${day(last)}`;
}

/** "10:34" today, "yesterday" the day before, else the date. */
export function whenOf(ms: number, now: number): string {
  const midnight = new Date(now);
  midnight.setHours(0, 0, 0, 0);
  if (ms >= midnight.getTime()) return timeOf(ms);
  if (ms >= midnight.getTime() - 86_400_000) return t("when.yesterday");
  return shortDay(new Date(ms));
}

export function today(now: number): string {
  const date = new Date(now);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

export function sizeOf(bytes: number): string {
  if (bytes >= 1e9) return t("size.gb", { size: (bytes / 1e9).toFixed(0) });
  if (bytes >= 1e5)
    return t("size.mb", { size: String(Number((bytes / 1e6).toFixed(bytes >= 1e7 ? 0 : 1))) });
  return t("size.kb", { size: String(Math.max(1, Math.round(bytes / 1e3))) });
}
