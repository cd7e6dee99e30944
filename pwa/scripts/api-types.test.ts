import { expect, test } from "vitest";
import { typeOf, write } from "./api-types.mjs";

test.each([
  [{ type: "string" }, "string"],
  [{ type: ["integer", "null"] }, "number | null"],
  [{ type: "string", nullable: true }, "string | null"],
  [{ enum: ["red", "amber"] }, '"red" | "amber"'],
  [{ type: "array", items: { type: ["string", "null"] } }, "(string | null)[]"],
  [{ $ref: "#/components/schemas/Room" }, "Room"],
  [{ anyOf: [{ $ref: "#/components/schemas/Room" }, { type: "null" }] }, "Room | null"],
  [{ type: "object", additionalProperties: { type: "integer" } }, "Record<string, number>"],
  [{}, "unknown"],
])("schema %j is %s", (schema, type) => {
  expect(typeOf(schema)).toBe(type);
});

test("routes and schemas come out in one order, whatever order they came in", () => {
  const room = {
    type: "object",
    required: ["id"],
    properties: { name: { type: "string" }, id: { type: "string" } },
  };
  const get = {
    responses: {
      200: { content: { "application/json": { schema: { $ref: "#/components/schemas/Room" } } } },
    },
  };
  const one = write({
    paths: { "/b": { get }, "/a": { get } },
    components: { schemas: { Room: room, Asset: room } },
  });
  const two = write({
    paths: { "/a": { get }, "/b": { get } },
    components: { schemas: { Asset: room, Room: room } },
  });
  expect(one).toBe(two);
  expect(one).toContain("export type Room = {\n  id: string;\n  name?: string;\n};");
  expect(one).toContain('"GET /a": Room;');
});
