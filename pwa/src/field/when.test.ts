// Dates in words are what the browser's own formatter says, without the time it takes to make one.
import { expect, test } from "vitest";
import {
  dateRange,
  dayOf,
  longDayOf,
  monthDate,
  monthOf,
  shortDate,
  timeOf,
  today,
  whenOf,
} from "./when";

const intl = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat("en-GB", options);
const clock = intl({ hour: "2-digit", minute: "2-digit" });
const day = intl({ day: "numeric", month: "long" });
const shortDay = intl({ weekday: "short", day: "numeric", month: "short" });
const longDay = intl({ weekday: "long", day: "numeric", month: "long" });
const month = intl({ month: "short", year: "numeric" });
const HOUR = 3_600_000;
const START = new Date(2026, 0, 1, 0, 5).getTime();
// A leap year and more, at every hour of the clock.
const TIMES = Array.from({ length: 1500 }, (_, n) => START + n * 11 * HOUR);

test("every day of two years is said as the browser would say it", () => {
  for (const ms of TIMES) {
    expect([timeOf(ms), dayOf(ms), longDayOf(ms), monthOf(ms)]).toEqual(
      [clock, day, longDay, month].map((one) => one.format(ms)),
    );
    expect(shortDate(today(ms))).toBe(shortDay.format(ms));
    expect(monthDate(today(ms))).toBe(month.format(ms));
  }
});

test("a range of days names the month once, or both", () => {
  expect(dateRange("2026-11-03", "2026-11-07")).toBe("3–7 November");
  expect(dateRange("2026-10-28", "2026-11-03")).toBe("28 October – 3 November");
  expect(dateRange("2026-11-03", "2026-11-03")).toBe("Tuesday 3 November");
});

test("today is a time, the day before a word, and what is older a date", () => {
  const now = new Date(2026, 10, 3, 15, 0).getTime();
  expect(whenOf(now - 5 * HOUR, now)).toBe("10:00");
  expect(whenOf(now - 16 * HOUR, now)).toBe("yesterday");
  expect(whenOf(now - 48 * HOUR, now)).toBe(shortDay.format(now - 48 * HOUR));
});
