import { describe, expect, it } from "vitest";
import { check } from "./form";

const good = {
  school_id: "s",
  name: "Autumn 2026",
  starts_on: "2026-11-24",
  ends_on: "2026-11-26",
};

describe("a new visit", () => {
  it("is taken when school, name and days are there", () => {
    expect(check(good)).toEqual([]);
  });
  it("reports every fault at once, in the order of the form", () => {
    const faults = check({ school_id: "", name: " ", starts_on: "", ends_on: "" });
    expect(faults.map(([name]) => name)).toEqual(["school_id", "name", "starts_on"]);
  });
  it("does not end before it starts", () => {
    expect(check({ ...good, ends_on: "2026-11-23" }).map(([name]) => name)).toEqual(["ends_on"]);
  });
});
