import { expect, test } from "vitest";
import { countOf } from "./send";

test("what was merged stands, and still needs a person; refused and held work does not stand", () => {
  const outcomes = { applied: 7, merged: 2, held: 3, rejected: 1 };
  expect(countOf({ changes: 13, outcomes, photos: 0 })).toEqual({ taken: 9, look: 6 });
  expect(countOf({ changes: 0, outcomes: {}, photos: 2 })).toEqual({ taken: 0, look: 0 });
});
