/** Dates and times as a person reads them, in British order. */

const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" });
const SHORT = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

/** 20 November 2026, from ms or from an ISO day. */
export function longDay(value: number | string): string {
  return DAY.format(asDate(value));
}

/** 20 Nov 2026. */
export function shortDay(value: number | string): string {
  return SHORT.format(asDate(value));
}

/** 20 Nov 2026, 10:42. */
export function moment(value: number): string {
  return `${SHORT.format(value)}, ${TIME.format(value)}`;
}

export function clockTime(value: number): string {
  return TIME.format(value);
}

/** Age in years with one decimal, from an ISO day to now. */
export function ageYears(from: string, now: number): string {
  return ((now - asDate(from).getTime()) / 31_557_600_000).toFixed(1);
}

export function isoDay(value: Date): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${value.getFullYear()}-${two(value.getMonth() + 1)}-${two(value.getDate())}`;
}

function asDate(value: number | string): Date {
  return typeof value === "number" ? new Date(value) : new Date(`${value}T12:00:00`);
}
