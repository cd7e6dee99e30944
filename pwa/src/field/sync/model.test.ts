import { describe, expect, test } from "vitest";
import type { NeedsYou } from "../../data/types";
import { stepsOf } from "../install/model";
import { sampleSchool, VISIT } from "../sample";
import { QUIET } from "../sample-store";
import { sectionsOf } from "../visits/model";
import { timeOf } from "../when";
import { chipOf } from "./chip";
import { needWords, waitingByKind } from "./model";

const AT = Date.parse("2026-11-23T10:42:00Z");

describe("the chip says one of four sentences", () => {
  test.each([
    [{ ...QUIET }, "Saved on this tablet"],
    [{ ...QUIET, phase: "no_signal" as const }, "Saved on this tablet"],
    [{ ...QUIET, phase: "signed_out" as const }, "Saved on this tablet"],
    [{ ...QUIET, phase: "sending" as const, sent: 3, total: 12 }, "Sending 3 of 12"],
    [{ ...QUIET, phase: "all_on_server" as const, at: AT }, `All on server ${timeOf(AT)}`],
  ])("%#", (sync, words) => {
    expect(chipOf(sync)).toMatchObject({ words, you: false });
  });

  test("and is amber only when it needs a person", () => {
    const needs = [need({}), need({})];
    expect(chipOf({ ...QUIET, phase: "needs_you", needs })).toMatchObject({
      words: "Needs you (2)",
      you: true,
    });
  });
});

function need(part: Partial<NeedsYou>): NeedsYou {
  return {
    mid: 1,
    what: "rejected",
    code: "bad_value",
    kind: "finding",
    id: "",
    scope: VISIT,
    fields: [],
    set: {},
    at: AT,
    ...part,
  };
}

describe("what needs a person", () => {
  test("a conflict shows both answers, this tablet's and the server's", () => {
    const { store } = sampleSchool();
    const finding = store.list("finding", VISIT).find((each) => each.f.condition === "D");
    const found = needWords(
      need({
        what: "held",
        code: "conflict",
        id: finding?.id ?? "",
        fields: ["condition"],
        set: { condition: "C" },
      }),
      store,
    );
    expect(found.title).toMatch(/, condition: two answers$/);
    expect(found.mine?.value).toBe("C, major faults");
    expect(found.theirs?.value).toBe("D, end of life");
  });

  test("every outcome code of the protocol has a sentence that says the work is safe or what to do", () => {
    const { store } = sampleSchool();
    const codes = [
      "malformed",
      "bad_value",
      "field_readonly",
      "not_allowed",
      "deleted",
      "txn_failed",
      "txn_too_big",
      "no_membership",
      "closed",
      "missing_parent",
      "moved",
      "unknown_kind",
      "unknown_field",
      "server_error",
    ];
    for (const code of codes) {
      const { text } = needWords(need({ code }), store);
      expect(text, code).toMatch(/\.$/);
      expect(text, code).not.toContain("_");
    }
  });

  test("a photo that the server refused is safe here", () => {
    const { store } = sampleSchool();
    const found = needWords(
      need({ what: "photo", kind: "photo", code: "photo_refused", mid: 0 }),
      store,
    );
    expect(found.text).toContain("safe on this tablet");
  });

  test.each(["photo_lost", "photo_not_taken"])("%s says to take the photo again", (code) => {
    const { store } = sampleSchool();
    const found = needWords(need({ what: "photo", kind: "photo", id: "", code }), store);
    expect(found.title).toBe("A photo of a finding was not sent");
    expect(found.text).toMatch(/Take it again\.$/);
  });
});

test("what waits on this tablet is counted by kind", async () => {
  const { store } = sampleSchool();
  expect(waitingByKind(store)).toEqual([]);
  await store.edit([{ kind: "finding", id: "f1", scope: VISIT, set: { note: "x" } }]);
  expect(waitingByKind(store)).toEqual([{ kind: "finding", count: 1 }]);
});

describe("my visits", () => {
  const cards = sampleSchool().store.visits.value;

  test("under way, next and finished; an open visit past its dates stays under way", () => {
    const names = (today: string) => {
      const { now, next, finished } = sectionsOf(cards, today);
      return [now, next, finished].map((list) => list.map((card) => card.school_name));
    };
    expect(names("2026-11-23")).toEqual([
      ["Fernwick Primary", "Thornbeck High"],
      ["Larkholt Juniors", "Pennhollow Academy"],
      ["Ravensholt Primary"],
    ]);
    expect(names("2027-01-10")[0]).toContain("Larkholt Juniors");
  });
});

describe("setting up a tablet", () => {
  const state = {
    installed: false,
    appleTab: false,
    persisted: undefined,
    camera: false,
    downloaded: false,
  };

  test("an Apple tab must be put on the Home Screen first", () => {
    expect(stepsOf({ ...state, appleTab: true, persisted: true }).install).toBe("now");
  });

  test("the first open step is now", () => {
    expect(stepsOf({ ...state, installed: true })).toEqual({
      install: "done",
      keep: "now",
      camera: "open",
      download: "open",
    });
  });
});
