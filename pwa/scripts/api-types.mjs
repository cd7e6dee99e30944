// Writes src/domain/generated from the server's OpenAPI file, a module for each feature's routes:
// node scripts/api-types.mjs FILE [--check]
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { typeOf } from "./schema-types.mjs";

/** @typedef {import("./schema-types.mjs").Schema} Schema */
/** @typedef {{ feature: string; types: Map<string, string>; routes: string[]; uses: Set<string> }} Module */

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), "..", "src", "domain", "generated");
const VERBS = ["get", "post", "put", "patch", "delete"];
const HEAD = "// Written by scripts/api-types.mjs from the server's OpenAPI file. Do not edit.\n";

/** Each type stands in the first feature that says it: features are told lowest floor first.
 * @param {Schema} openapi @returns {Map<string, string>} text by file name */
export function write(openapi) {
  /** @type {Map<string, string>} */
  const owner = new Map();
  const modules = openapi.tags
    .map((/** @type {{ name: string }} */ { name }) => moduleOf(name, openapi, owner))
    .filter((/** @type {Module} */ { routes }) => routes.length > 0);
  const files = modules.map((/** @type {Module} */ one) => [
    `${one.feature}.ts`,
    textOf(one, owner),
  ]);
  return new Map([...files, ["routes.ts", allRoutes(modules)]]);
}

/** @param {string} feature @param {Schema} openapi @param {Map<string, string>} owner @returns {Module} */
function moduleOf(feature, openapi, owner) {
  /** @type {Module} */
  const found = { feature, types: new Map(), routes: [], uses: new Set() };
  /** @type {import("./schema-types.mjs").Meet} */
  const meet = (name, schema = openapi.components.schemas[name]) => {
    found.uses.add(name);
    if (owner.has(name)) return;
    owner.set(name, feature);
    found.types.set(name, typeOf(schema, meet));
  };
  for (const [path, methods] of Object.entries(openapi.paths).sort(([a], [b]) =>
    a < b ? -1 : 1,
  )) {
    for (const verb of VERBS) {
      const operation = methods[verb];
      if (!operation?.tags.includes(feature)) continue;
      const good = Object.entries(operation.responses).find(([status]) => /^2/.test(status));
      // A route that declares no answer has a protocol of its own (sync) and types beside it.
      if (!good) continue;
      const given = givenOf(
        {
          ...operation,
          parameters: [...(methods.parameters ?? []), ...(operation.parameters ?? [])],
        },
        meet,
      );
      const answer = jsonOf(good[1], meet) ?? "undefined";
      found.routes.push(
        `  "${verb.toUpperCase()} ${path}": { given: ${given}; answer: ${answer} };\n`,
      );
    }
  }
  return found;
}

/** What a caller gives, path, query and body in one; a query of null is not asked.
 * @param {Schema} operation @param {import("./schema-types.mjs").Meet} meet */
function givenOf(operation, meet) {
  const parameters = operation.parameters.map(
    (/** @type {Schema} */ { name, required, schema }) =>
      `${name}${required ? "" : "?"}: ${typeOf(schema, meet)}${required ? "" : " | null"}`,
  );
  const body = jsonOf(operation.requestBody, meet);
  const parts = [
    ...(parameters.length > 0 ? [`{ ${parameters.join("; ")} }`] : []),
    ...(body ? [body] : []),
  ];
  return parts.join(" & ") || "Readonly<Record<string, never>>";
}

/** @param {Schema | undefined} holder @param {import("./schema-types.mjs").Meet} meet @returns {string | undefined} */
function jsonOf(holder, meet) {
  const schema = holder?.content?.["application/json"]?.schema;
  return schema && typeOf(schema, meet);
}

/** @param {Module} module @param {Map<string, string>} owner */
function textOf({ feature, types, routes, uses }, owner) {
  /** @type {Map<string, string[]>} */
  const from = new Map();
  for (const name of [...uses].sort()) {
    const there = owner.get(name) ?? "";
    if (there !== feature) from.set(there, [...(from.get(there) ?? []), name]);
  }
  const imports = [...from]
    .sort()
    .map(([there, names]) => `import type { ${names.join(", ")} } from "./${there}";\n`);
  const named = [...types]
    .sort()
    .map(([name, type]) =>
      type.startsWith("{")
        ? `export interface ${name} ${type}\n\n`
        : `export type ${name} = ${type};\n\n`,
    );
  return `${HEAD}${imports.join("")}\n${named.join("")}/** What each route is given and what it answers. */\nexport interface Routes {\n${routes.join("")}}\n`;
}

/** @param {Module[]} modules */
function allRoutes(modules) {
  const imports = modules.map(
    ({ feature }) => `import type * as ${feature} from "./${feature}";\n`,
  );
  const bases = modules.map(({ feature }) => `    ${feature}.Routes`);
  return `${HEAD}${imports.join("")}\n/** Every route of the API by its method and path. */\nexport interface Routes\n  extends\n${bases.join(",\n")} {}\n`;
}

/** @param {Map<string, string>} files @returns {string[]} names that are not as they should be */
function drifted(files) {
  const held = readdirSync(FOLDER);
  const wrong = [...files].filter(
    ([name, text]) => !held.includes(name) || readFileSync(join(FOLDER, name), "utf8") !== text,
  );
  return [...wrong.map(([name]) => name), ...held.filter((name) => !files.has(name))];
}

/** @param {string[]} args */
function main([file, flag]) {
  if (!file) throw new Error("which OpenAPI file? node scripts/api-types.mjs FILE [--check]");
  const files = write(JSON.parse(readFileSync(file, "utf8")));
  if (flag === "--check") {
    const names = drifted(files);
    if (names.length === 0) return;
    console.error(`not what the server says: ${names.join(", ")}; run python -m tests.api_types`);
    process.exitCode = 1;
    return;
  }
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(FOLDER, name), text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
