// Times and sizes in words, as a person in the room says them.
import { LOCALE, t } from "../app/words";
import { once } from "../app/words/translate";

const made = (options: Intl.DateTimeFormatOptions) =>
  once(() => new Intl.DateTimeFormat(LOCALE, options));
const clock = made({ hour: "2-digit", minute: "2-digit" });
const day = made({ day: "numeric", month: "long" });
const shortDay = made({ weekday: "short", day: "numeric", month: "short" });
const longDay = made({ weekday: "long", day: "numeric", month: "long" });
const month = made({ month: "short", year: "numeric" });

export const timeOf = (ms: number): string => clock().format(ms);
export const dayOf = (ms: number): string => day().format(ms);
export const longDayOf = (ms: number): string => longDay().format(ms);
export const monthOf = (ms: number): string => month().format(ms);

const local = (date: string): Date => new Date(`${date}T12:00:00`);
export const shortDate = (date: string): string => shortDay().format(local(date));
export const monthDate = (date: string): string => month().format(local(date));
export const dateRange = (from: string, to: string): string =>
  from === to ? longDay().format(local(from)) : day().formatRange(local(from), local(to));

/** "10:34" today, "yesterday" the day before, else the date. */
export function whenOf(ms: number, now: number): string {
  const midnight = new Date(now);
  midnight.setHours(0, 0, 0, 0);
  if (ms >= midnight.getTime()) return timeOf(ms);
  if (ms >= midnight.getTime() - 86_400_000) return t("when.yesterday");
  return shortDay().format(ms);
}

export function today(now: number): string {
  const date = new Date(now);
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

export function sizeOf(bytes: number): string {
  if (bytes >= 1e9) return t("size.gb", { size: (bytes / 1e9).toFixed(0) });
  if (bytes >= 1e5)
    return t("size.mb", { size: String(Number((bytes / 1e6).toFixed(bytes >= 1e7 ? 0 : 1))) });
  return t("size.kb", { size: String(Math.max(1, Math.round(bytes / 1e3))) });
}
