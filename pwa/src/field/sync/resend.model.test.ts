import { describe, expect, test } from "vitest";
import type { NeedsYou } from "../../data/types";
import { sampleSchool } from "../sample";
import { needWords } from "./model";
import { editableOf, groupOf, keyOf, mayResend, resendOf } from "./resend.model";

function need(part: Partial<NeedsYou>): NeedsYou {
  return {
    mid: 7,
    what: "rejected",
    code: "bad_value",
    kind: "finding",
    id: "f1",
    scope: "v1",
    fields: [],
    set: { note: "Hinge", condition: "C" },
    at: 0,
    ...part,
  };
}

describe("a refused change", () => {
  test.each([
    ["bad_value", "rejected", true],
    ["refused", "rejected", true],
    ["deleted", "rejected", true],
    ["txn_failed", "rejected", true],
    ["not_allowed", "rejected", false],
    ["field_readonly", "rejected", false],
    ["closed", "held", false],
  ] as const)("%s, %s: may be edited and sent again %s", (code, what, may) => {
    expect(mayResend(need({ code, what }))).toBe(may);
  });

  test("is sent again with what was changed, over what stands now", () => {
    const one = need({});
    expect(resendOf([one], { [keyOf(one, "condition")]: "D" })).toEqual([
      { kind: "finding", id: "f1", scope: "v1", set: { note: "Hinge", condition: "D" } },
    ]);
  });

  test("of a group is sent again whole, in its order", () => {
    const needs = [need({ mid: 1, txn: "g" }), need({ mid: 2 }), need({ mid: 3, txn: "g" })];
    const group = groupOf(need({ mid: 3, txn: "g" }), needs);
    expect(group.map((one) => one.mid)).toEqual([1, 3]);
    expect(resendOf(group, {})).toHaveLength(2);
  });

  test("on something removed brings it back", () => {
    expect(resendOf([need({ code: "deleted" })], {})[0]?.set.deleted).toBe(false);
  });

  test("shows what a person can change, and always the field that did not fit", () => {
    const one = need({
      set: { visit_id: "v", note: "x", return_on: "31 Feb" },
      fields: ["return_on"],
    });
    expect(editableOf([one]).map(({ field, isWrong }) => [field, isWrong])).toEqual([
      ["note", false],
      ["return_on", true],
    ]);
  });

  test("by a person says their reason", () => {
    const { store } = sampleSchool();
    const told = needWords(need({ code: "refused", reason: "Graded again on Tuesday" }), store);
    expect(told.text).toContain("“Graded again on Tuesday”");
    const byServer = needWords(need({ code: "refused", reason: "bad_value" }), store);
    expect(byServer.text).toBe("A value does not fit. Look at it and enter it again.");
    expect(needWords(need({ code: "refused" }), store).text).toMatch(/kept on this tablet\.$/);
  });
});
