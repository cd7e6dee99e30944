// Writes src/domain/api.ts from the server's OpenAPI file: node scripts/api-types.mjs FILE [--check]
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** @typedef {{ [name: string]: any }} Schema an OpenAPI 3.1 schema object: JSON of no fixed shape */

const TARGET = join(dirname(fileURLToPath(import.meta.url)), "..", "src", "domain", "api.ts");
const VERBS = ["get", "post", "put", "patch", "delete"];
const PLAIN = {
  string: "string",
  integer: "number",
  number: "number",
  boolean: "boolean",
  null: "null",
};
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** @param {string} name */
const typeName = (name) => name.replace(/[^A-Za-z0-9_$]/g, "_");
/** @param {string} name */
const propertyName = (name) => (IDENTIFIER.test(name) ? name : JSON.stringify(name));
/** @param {string[]} parts */
const either = (parts) => [...new Set(parts)].join(" | ") || "unknown";

/** @param {Schema} schema @param {string} indent @returns {string} */
export function typeOf(schema, indent = "") {
  if (schema.$ref) return typeName(schema.$ref.split("/").at(-1));
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) {
    const values = schema.enum.map((/** @type {unknown} */ value) => JSON.stringify(value));
    return either(orNull(values, schema));
  }
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return either(choices.map((/** @type {Schema} */ one) => typeOf(one, indent)));
  if (schema.allOf) {
    const parts = schema.allOf.map((/** @type {Schema} */ one) => typeOf(one, indent));
    return parts.length === 1 ? either(orNull(parts, schema)) : `(${parts.join(" & ")})`;
  }
  const types = Array.isArray(schema.type) ? schema.type : [schema.type ?? guess(schema)];
  return either(
    orNull(
      types.map((/** @type {string} */ type) => single(type, schema, indent)),
      schema,
    ),
  );
}

/** @param {string[]} parts @param {Schema} schema */
function orNull(parts, schema) {
  return schema.nullable ? [...parts, "null"] : parts;
}

/** @param {Schema} schema */
function guess(schema) {
  if (schema.properties || schema.additionalProperties) return "object";
  return schema.items ? "array" : "unknown";
}

/** @param {string} type @param {Schema} schema @param {string} indent @returns {string} */
function single(type, schema, indent) {
  if (type === "array") {
    const inner = typeOf(schema.items ?? {}, indent);
    return /[ |&]/.test(inner) && !inner.startsWith("{") ? `(${inner})[]` : `${inner}[]`;
  }
  if (type === "object") return objectType(schema, indent);
  return PLAIN[/** @type {keyof typeof PLAIN} */ (type)] ?? "unknown";
}

/** @param {Schema} schema @param {string} indent */
function objectType(schema, indent) {
  const properties = Object.entries(schema.properties ?? {});
  if (properties.length === 0) {
    const rest = schema.additionalProperties;
    return `Record<string, ${rest && rest !== true ? typeOf(rest, indent) : "unknown"}>`;
  }
  const required = new Set(schema.required ?? []);
  const lines = properties
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, one]) => {
      const mark = required.has(name) ? "" : "?";
      return `${indent}  ${propertyName(name)}${mark}: ${typeOf(one, `${indent}  `)};`;
    });
  return `{\n${lines.join("\n")}\n${indent}}`;
}

/** @param {Schema} operation @returns {string} */
function answerOf(operation) {
  const good = Object.entries(operation.responses ?? {}).find(([status]) => /^2/.test(status));
  const schema = good?.[1]?.content?.["application/json"]?.schema;
  return schema ? typeOf(schema, "  ") : "unknown";
}

/** @param {Schema} operation @returns {string | undefined} */
function bodyOf(operation) {
  const schema = operation.requestBody?.content?.["application/json"]?.schema;
  return schema ? typeOf(schema, "  ") : undefined;
}

/** @param {Schema} openapi */
export function write(openapi) {
  const schemas = Object.entries(openapi.components?.schemas ?? {}).sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  const types = schemas.map(
    ([name, schema]) => `export type ${typeName(name)} = ${typeOf(schema)};`,
  );
  const routes = Object.entries(openapi.paths ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  /** @type {string[]} */
  const answers = [];
  /** @type {string[]} */
  const bodies = [];
  for (const [path, methods] of routes) {
    for (const verb of VERBS) {
      const operation = methods[verb];
      if (!operation) continue;
      const key = JSON.stringify(`${verb.toUpperCase()} ${path}`);
      answers.push(`  ${key}: ${answerOf(operation)};`);
      const body = bodyOf(operation);
      if (body) bodies.push(`  ${key}: ${body};`);
    }
  }
  return [
    "// Written by scripts/api-types.mjs from the server's OpenAPI file. Do not edit.",
    "",
    ...types.flatMap((type) => [type, ""]),
    "/** What each route answers. */",
    `export interface Answers {\n${answers.join("\n")}\n}`,
    "",
    "/** What each route is sent. */",
    `export interface Bodies {\n${bodies.join("\n")}\n}`,
    "",
  ].join("\n");
}

/** @param {string[]} args */
function main([file, flag]) {
  if (!file) throw new Error("which OpenAPI file? node scripts/api-types.mjs FILE [--check]");
  const text = write(JSON.parse(readFileSync(file, "utf8")));
  if (flag !== "--check") {
    writeFileSync(TARGET, text);
    return;
  }
  if (readFileSync(TARGET, "utf8") === text) return;
  console.error("src/domain/api.ts is not what the server says: run scripts/api-types.mjs again");
  process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
