import { expect, test } from "vitest";
import { matchRoute } from "./router";
import { mayReload } from "./stale-chunk";

const ROUTES = [
  { pattern: "/field", screen: "visits" },
  { pattern: "/field/visits/:visit", screen: "visit" },
  { pattern: "/field/visits/:visit/rooms/:room", screen: "room" },
];

test("a path finds its screen and its named parts", () => {
  expect(matchRoute(ROUTES, "/field/")).toEqual({ screen: "visits", params: {} });
  expect(matchRoute(ROUTES, "/field/visits/v1/rooms/r%201")).toEqual({
    screen: "room",
    params: { visit: "v1", room: "r 1" },
  });
});

test("a path of nobody is nobody's, and a broken escape breaks nothing", () => {
  expect(matchRoute(ROUTES, "/field/visits/v1/walls")).toBeUndefined();
  expect(matchRoute(ROUTES, "/field/visits/%E0%A4%A")?.params).toEqual({ visit: "%E0%A4%A" });
});

test("a stale chunk reloads the page once a minute, and only online", () => {
  expect(mayReload(null, 100_000, true)).toBe(true);
  expect(mayReload("90000", 100_000, true)).toBe(false);
  expect(mayReload("10000", 100_000, true)).toBe(true);
  expect(mayReload(null, 100_000, false)).toBe(false);
});
