import { expect, test } from "vitest";
import golden from "../../../sync/cases/tags.json";
import { checkCharacter, parseTag, showTag } from "./tag";

test.each(golden.cases)("golden tag: $name", ({ input, code }) => {
  expect(parseTag(input) ?? null).toBe(code);
});

test.each([
  ["G123498654321", "H"],
  ["K7M42QX", "Z"],
  ["P3TD8W6", "5"],
  ["R5NF4HJ", "W"],
  ["0000000", "1"],
  ["T8QW5M2", "*"],
])("check character of %s is %s", (body, check) => {
  expect(checkCharacter(body)).toBe(check);
});

test("a tag is shown in two fours and an alias as it was scanned", () => {
  expect(showTag("K7M42QXZ")).toBe("K7M4-2QXZ");
  expect(showTag("SN 12345")).toBe("SN 12345");
});
