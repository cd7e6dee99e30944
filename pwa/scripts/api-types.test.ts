import { expect, test } from "vitest";
import { write } from "./api-types.mjs";
import { typeOf } from "./schema-types.mjs";

const ROOM = { $ref: "#/components/schemas/Room" };
const RAG = { title: "Rag", type: "string", enum: ["red", "amber"] };

test.each([
  [{ type: "string" }, "string"],
  [{ type: ["integer", "null"] }, "number | null"],
  [{ enum: ["red", "amber"] }, '"red" | "amber"'],
  [{ enum: [3, 4, null] }, "3 | 4 | null"],
  [RAG, "Rag"],
  [{ ...RAG, enum: ["red", "amber", null] }, "Rag | null"],
  [{ type: "array", items: { type: ["string", "null"] } }, "ReadonlyArray<string | null>"],
  [{ type: "array", items: ROOM }, "readonly Room[]"],
  [{ "x-row": [{ type: "string" }, RAG] }, "readonly [string, Rag]"],
  [ROOM, "Room"],
  [{ anyOf: [ROOM, { type: "null" }] }, "Room | null"],
  [
    { type: "object", additionalProperties: { type: "integer" } },
    "Readonly<Record<string, number>>",
  ],
  [{}, "unknown"],
])("schema %j is %s", (schema, type) => {
  expect(typeOf(schema, () => undefined)).toBe(type);
});

const room = {
  type: "object",
  required: ["id"],
  properties: { name: { type: "string" }, id: { type: "string" }, rag: RAG },
};
const answered = { 200: { content: { "application/json": { schema: ROOM } } } };
const get = (tag: string) => ({ get: { tags: [tag], responses: answered } });
const said = (paths: object) => ({
  tags: [{ name: "estate" }, { name: "audits" }, { name: "exchange" }],
  paths,
  components: { schemas: { Room: room } },
});

test("a type stands in the lowest feature that says it, and the others import it", () => {
  const files = write(said({ "/b": get("audits"), "/a": get("estate") }));
  expect([...files.keys()]).toEqual(["estate.ts", "audits.ts", "routes.ts"]);
  expect(files.get("estate.ts")).toContain(
    "export interface Room {\n  readonly id: string;\n  readonly name?: string;\n",
  );
  expect(files.get("estate.ts")).toContain('export type Rag = "red" | "amber";');
  expect(files.get("audits.ts")).toContain('import type { Room } from "./estate";');
  expect(files.get("audits.ts")).not.toContain("interface Room");
});

test("types and routes come out in one order, whatever order they came in", () => {
  const one = write(said({ "/b": get("estate"), "/a": get("estate") }));
  const two = write(said({ "/a": get("estate"), "/b": get("estate") }));
  expect([...one]).toEqual([...two]);
});

test("a route is given its path, its query and its body in one object", () => {
  const patch = {
    ...get("estate").get,
    parameters: [{ in: "query", name: "after", required: false, schema: { type: "string" } }],
    requestBody: { content: { "application/json": { schema: ROOM } } },
  };
  const parameters = [{ in: "path", name: "id", required: true, schema: { type: "string" } }];
  const text = write(said({ "/a/{id}": { parameters, patch } })).get("estate.ts");
  expect(text).toContain(
    '"PATCH /a/{id}": { given: { id: string; after?: string | null } & Room; answer: Room };',
  );
});

test("a route that declares no answer is no route of the API's types", () => {
  const post = { tags: ["exchange"], responses: { default: {} } };
  expect([...write(said({ "/sync": { post } })).keys()]).toEqual(["routes.ts"]);
});
