import { describe, expect, it } from "vitest";
import type { School } from "../../domain/generated/estate";
import { bodies, checkPlan, nextStart, nothingToSpend, schoolsOf, upliftOf } from "./form";

const school = (id: string, trust: string | null): School => ({
  id,
  name: id,
  trust_id: trust,
  trust_name: trust === null ? null : `${trust} trust`,
  urn: null,
  phase: null,
  pupils: null,
  rooms: 0,
  assets: 0,
});
const all = [school("a", "t"), school("b", "t"), school("lone", null)];

describe("what a plan is for", () => {
  it("is a trust or a school that stands alone, never a school inside a trust", () => {
    expect(bodies(all).map(([key]) => key)).toEqual(["trust:t", "school:lone"]);
  });
  it("decides whose limits are asked for", () => {
    expect(schoolsOf("trust:t", all).map((one) => one.id)).toEqual(["a", "b"]);
    expect(schoolsOf("school:lone", all).map((one) => one.id)).toEqual(["lone"]);
  });
});

describe("a new plan", () => {
  it("starts with the plan year that runs now", () => {
    expect(nextStart(new Date(2026, 10, 24))).toBe("2026-09-01");
    expect(nextStart(new Date(2027, 5, 1))).toBe("2026-09-01");
    expect(nextStart(new Date(2027, 5, 1), 4)).toBe("2027-04-01");
  });
  it("is not made from limits that are all empty, which would plan nothing", () => {
    const empty = [{ school_id: "a", year: 1, pence: 0 }];
    expect(nothingToSpend({ limits: empty, faults: [] })).toHaveLength(1);
    const some = [...empty, { school_id: "a", year: 2, pence: 1 }];
    expect(nothingToSpend({ limits: some, faults: [] })).toEqual([]);
  });
  it("reads the uplift as thousandths", () => {
    expect(upliftOf("3")).toBe(30);
    expect(upliftOf("2.5%")).toBe(25);
    expect(upliftOf("three")).toBeNull();
  });
  it("reports every fault at once", () => {
    const faults = checkPlan({ body: "", name: "", starts_on: "", uplift: "x" });
    expect(faults.map(([name]) => name)).toEqual(["body", "name", "starts_on", "uplift"]);
  });
});
