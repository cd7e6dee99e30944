// Prints what the field app loads first, and what it reads later, gzipped, as JSON; fails above the stops.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const DIST = join(dirname(fileURLToPath(import.meta.url)), "..", "dist");
const AIM = { js: 60 * 1024, css: 14 * 1024 };
const STOP = { js: 80 * 1024, css: 14 * 1024 };

/** @param {string} name */
const read = (name) => readFileSync(join(DIST, name));
/** @param {string[]} names */
const gzipped = (names) =>
  names.reduce((sum, name) => sum + gzipSync(read(name), { level: 9 }).length, 0);

/** Scripts and styles that a page names itself. @param {string} page */
function loadedBy(page) {
  const html = read(page).toString();
  const names = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(
    ([, name]) => name ?? "",
  );
  return {
    js: names.filter((name) => name.endsWith(".js")),
    css: names.filter((name) => name.endsWith(".css")),
  };
}

/** Scripts that those import after the first paint, and what these import. @param {string[]} names */
function readLater(names) {
  const found = new Set(names);
  for (const name of found) {
    const asked = read(name)
      .toString()
      .matchAll(/(?:import\(?|from)[`"']\.\/([^`"']+\.js)/g);
    for (const [, file] of asked) found.add(`assets/${file}`);
  }
  return [...found].filter((name) => !names.includes(name));
}

const field = loadedBy("field.html");
const desk = loadedBy("desk.html");
const sizes = {
  field: { js: gzipped(field.js), css: gzipped(field.css), later: gzipped(readLater(field.js)) },
  desk: { js: gzipped(desk.js), css: gzipped(desk.css) },
  sw: gzipped(["sw.js"]),
  aim: AIM,
  stop: STOP,
};
console.log(JSON.stringify(sizes));
if (sizes.field.js > STOP.js || sizes.field.css > STOP.css) process.exit(1);
