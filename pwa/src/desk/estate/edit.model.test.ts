import { describe, expect, it } from "vitest";
import { changeOf, rebased } from "./edit.model";

const before = { name: "", serial: "5CG1", life_state: "in_use", bought_on: "2020-09-01" };

describe("an edit at the desk", () => {
  it("sends only what was changed, with the version seen for each field", () => {
    const change = changeOf(
      "asset",
      before,
      { ...before, serial: "5CG2", life_state: "retired" },
      { serial: ["tablet-1", 7], bought_on: ["tablet-1", 7] },
    );
    expect(change.set).toEqual({ serial: "5CG2", life_state: "retired" });
    expect(change.base).toEqual({ serial: ["tablet-1", 7] });
  });
  it("empties a field with null, never with an empty text", () => {
    expect(changeOf("asset", before, { ...before, bought_on: "" }, {}).set).toEqual({
      bought_on: null,
    });
  });
  it("sends nothing when only spaces were typed around the same words", () => {
    expect(changeOf("asset", before, { ...before, serial: " 5CG1 " }, {}).set).toEqual({});
  });
  it("never takes back what somebody else changed beside my own change", () => {
    const mine = { ...before, serial: "5CG2" };
    const now = { ...before, serial: "5CG9", bought_on: "2021-01-01" };
    const again = rebased(before, mine, now);
    expect(again).toEqual({ ...before, serial: "5CG2", bought_on: "2021-01-01" });
    expect(changeOf("asset", now, again, {}).set).toEqual({ serial: "5CG2" });
  });
  it("sends a count as a number", () => {
    expect(changeOf("lot", { quantity: "16" }, { quantity: "20" }, {}).set).toEqual({
      quantity: 20,
    });
  });
});
