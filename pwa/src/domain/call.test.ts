// What must not compile stands under @ts-expect-error: `make types` fails when it does compile.
import { describe, expect, expectTypeOf, it } from "vitest";
import { type Answer, addressOf, callOf, type Given, type Item } from "./call";
import type { VisitItem } from "./generated/audits";

const asked = (given: Given<"GET /api/assets">): string => addressOf("GET /api/assets", given);

describe("a call", () => {
  it("puts what the path names into the path, encoded, and the rest of a GET into the query", () => {
    expect(
      callOf("GET /api/plans/{plan_id}/lines", { plan_id: "a/b", school_id: "s", year: 2 }),
    ).toEqual({ method: "GET", path: "/api/plans/a%2Fb/lines?school_id=s&year=2", body: {} });
  });
  it("puts the rest of a call that writes into its body", () => {
    const given = { plan_id: "p", name: "Ten years" };
    expect(callOf("PATCH /api/plans/{plan_id}", given)).toEqual({
      method: "PATCH",
      path: "/api/plans/p",
      body: { name: "Ten years" },
    });
    expect(given.plan_id).toBe("p");
  });
  it("does not ask what is empty, and encodes what is not", () => {
    expect(asked({ q: "core & edge", after: null, room_id: "", limit: 200 })).toBe(
      "/api/assets?q=core+%26+edge&limit=200",
    );
    expect(asked({})).toBe("/api/assets");
  });
});

describe("the types of a call follow from its route", () => {
  it("for what it answers", () => {
    expectTypeOf<Item<"GET /api/visits">>().toEqualTypeOf<VisitItem>();
    expectTypeOf<Answer<"GET /api/ratings">["rag"]>().toEqualTypeOf<
      "red" | "amber" | "green" | "grey"
    >();
  });
  it("so that a wrong path, method, member or value does not compile", () => {
    // @ts-expect-error there is no such path
    callOf("GET /api/visit", {});
    // @ts-expect-error nobody deletes a visit
    callOf("DELETE /api/visits/{visit_id}", { visit_id: "v" });
    // @ts-expect-error the path needs its id
    callOf("GET /api/visits/{visit_id}", {});
    // @ts-expect-error a list of rooms is not searched
    callOf("GET /api/schools/{school_id}/rooms", { school_id: "s", q: "lab" });
    // @ts-expect-error no plan is of six years
    callOf("PATCH /api/plans/{plan_id}", { plan_id: "p", years: 6 });
    // @ts-expect-error an answer is what the server says it is
    expectTypeOf<Answer<"GET /api/visits">>().toEqualTypeOf<{ items: string[] }>();
    // @ts-expect-error one visit is not a page of a list
    expectTypeOf<Item<"GET /api/visits/{visit_id}">>().toBeObject();
  });
});
