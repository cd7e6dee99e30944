import { expect, test } from "vitest";
import { doorOf, isShell } from "../sw/answer";
import { fitted } from "./image-messages";
import { isApple } from "./storage";
import { BrowserTime } from "./time";

test("a photo is cut to its long edge and never made larger", () => {
  expect(fitted(4000, 3000, 1600)).toEqual([1600, 1200]);
  expect(fitted(3000, 4000, 1600)).toEqual([1200, 1600]);
  expect(fitted(800, 600, 1600)).toEqual([800, 600]);
  expect(fitted(5000, 1, 320)).toEqual([320, 1]);
});

test("an iPad that says it is a Mac is known by its touch screen", () => {
  expect(isApple("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", 5)).toBe(true);
  expect(isApple("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", 0)).toBe(false);
  expect(isApple("Mozilla/5.0 (iPhone; CPU iPhone OS 18_4)", 5)).toBe(true);
  expect(isApple("Mozilla/5.0 (Linux; Android 15)", 5)).toBe(false);
});

test("the service worker answers the doors and the shell, and never the API", () => {
  expect(doorOf("/field/visits/1/rooms/2")).toBe("/field.html");
  expect(doorOf("/desk")).toBe("/desk.html");
  for (const path of ["/", "/fields", "/sign-in", "/api/visits", "/t/K7M42QXZ"]) {
    expect(doorOf(path)).toBeUndefined();
    expect(isShell(path)).toBe(false);
  }
  expect(isShell("/assets/field-1.js")).toBe(true);
  expect(isShell("/field.webmanifest")).toBe(true);
});

test("a jump of the wall clock begins a new session; a slow drift does not", () => {
  const clocks = { at: 1000, ran: 0 };
  const time = new BrowserTime({ wall: () => clocks.at, mono: () => clocks.ran });
  const [first] = time.mono();
  Object.assign(clocks, { at: 61_000, ran: 59_000 });
  expect(time.mono()).toEqual([first, 59_000]);
  clocks.at += 2 * 86_400_000;
  const [second] = time.mono();
  expect(second).not.toBe(first);
  expect(time.mono()[0]).toBe(second);
});
