// TypeScript types from OpenAPI schemas. Names met on the way are handed to `meet`.

/** @typedef {{ [name: string]: any }} Schema an OpenAPI 3.1 schema object: JSON of no fixed shape */
/** @typedef {(name: string, schema?: Schema) => void} Meet a component, or a closed list with its words */

const PLAIN = {
  string: "string",
  integer: "number",
  number: "number",
  boolean: "boolean",
  null: "null",
};
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** @param {string} name */
const propertyName = (name) => (IDENTIFIER.test(name) ? name : JSON.stringify(name));
/** @param {string[]} parts */
const either = (parts) => [...new Set(parts)].join(" | ") || "unknown";

/** @param {Schema} schema @param {Meet} meet @returns {string} */
export function typeOf(schema, meet) {
  if (schema.$ref) {
    const name = schema.$ref.split("/").at(-1);
    meet(name);
    return name;
  }
  if (schema.enum) return closedList(schema, meet);
  if (schema["x-row"]) {
    const places = schema["x-row"].map((/** @type {Schema} */ one) => typeOf(one, meet));
    return `readonly [${places.join(", ")}]`;
  }
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return either(choices.map((/** @type {Schema} */ one) => typeOf(one, meet)));
  const types = Array.isArray(schema.type) ? schema.type : [schema.type ?? "unknown"];
  return either(types.map((/** @type {string} */ type) => single(type, schema, meet)));
}

/** A list with a title has a type of its own. @param {Schema} schema @param {Meet} meet */
function closedList(schema, meet) {
  const words = schema.enum.filter((/** @type {unknown} */ word) => word !== null);
  const orNull = words.length < schema.enum.length ? ["null"] : [];
  if (!schema.title)
    return either([...words.map((/** @type {unknown} */ word) => JSON.stringify(word)), ...orNull]);
  meet(schema.title, { enum: words });
  return either([schema.title, ...orNull]);
}

/** @param {string} type @param {Schema} schema @param {Meet} meet @returns {string} */
function single(type, schema, meet) {
  if (type === "array") {
    const inner = typeOf(schema.items ?? {}, meet);
    return IDENTIFIER.test(inner) ? `readonly ${inner}[]` : `ReadonlyArray<${inner}>`;
  }
  if (type === "object") return objectOf(schema, meet);
  return PLAIN[/** @type {keyof typeof PLAIN} */ (type)] ?? "unknown";
}

/** @param {Schema} schema @param {Meet} meet */
function objectOf(schema, meet) {
  const names = Object.keys(schema.properties ?? {}).sort();
  if (names.length === 0) {
    const rest = schema.additionalProperties;
    return `Readonly<Record<string, ${rest && rest !== true ? typeOf(rest, meet) : "unknown"}>>`;
  }
  const required = new Set(schema.required ?? []);
  const members = names.map((name) => {
    const mark = required.has(name) ? "" : "?";
    return `  readonly ${propertyName(name)}${mark}: ${typeOf(schema.properties[name], meet)};\n`;
  });
  return `{\n${members.join("")}}`;
}
