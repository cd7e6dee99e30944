// Vite step: writes the hashed list of files that must be on the tablet into sw.js.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin, Rolldown } from "vite";

type Output = Rolldown.OutputAsset | Rolldown.OutputChunk;
interface Doors {
  doors: [field: string, desk: string];
  publicDir: string;
}

function bytesOf(file: Output): string | Uint8Array {
  return file.type === "chunk" ? file.code : file.source;
}

function hash(source: string | Uint8Array): string {
  return createHash("sha256").update(source).digest("hex").slice(0, 16);
}

/** Files that a door needs before it can paint, or (`later`) ever: all that it imports. */
function reach(bundle: Rolldown.OutputBundle, entry: string, later = false): Set<string> {
  const found = new Set<string>();
  const queue = Object.values(bundle).flatMap((file) =>
    file.type === "chunk" && file.isEntry && file.facadeModuleId?.endsWith(entry)
      ? [file.fileName]
      : [],
  );
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const file = bundle[name];
    if (found.has(name) || !file) continue;
    found.add(name);
    if (file.type !== "chunk") continue;
    const css = file.viteMetadata?.importedCss ?? [];
    const assets = file.viteMetadata?.importedAssets ?? [];
    queue.push(...file.imports, ...css, ...assets, ...(later ? file.dynamicImports : []));
  }
  return found;
}

function publicFiles(dir: string): Map<string, string> {
  const names = readdirSync(dir, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((e) => join(e.parentPath, e.name));
  return new Map(
    files.map((file) => [
      file.slice(dir.length + 1).replaceAll("\\", "/"),
      hash(readFileSync(file)),
    ]),
  );
}

export function precacheList({ doors: [field, desk], publicDir }: Doors): Plugin {
  return {
    name: "walkround:precache-list",
    apply: "build",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const worker = bundle["sw.js"];
        if (worker?.type !== "chunk") throw new Error("the build made no sw.js");
        const hashes = publicFiles(publicDir);
        for (const file of Object.values(bundle)) {
          if (file !== worker) hashes.set(file.fileName, hash(bytesOf(file)));
        }
        const deskOnly = reach(bundle, desk);
        const mine = reach(bundle, field, true);
        const lazyDesk = Object.values(bundle)
          .filter(
            (file) => file.type === "chunk" && file.isDynamicEntry && !mine.has(file.fileName),
          )
          .map((file) => file.fileName);
        const later = new Set([...deskOnly, desk].filter((name) => !mine.has(name)));
        const skip = new Set(["sw.js", ...lazyDesk, ...later]);
        // Workers, wasm and fonts are assets of no entry: all but the desk's own go to the tablet.
        const now = [...hashes.keys()].filter(
          (name) => !skip.has(name) && !deskAsset(bundle, name),
        );
        const list = (names: Iterable<string>): string =>
          JSON.stringify([...names].sort().map((name) => [`/${name}`, hashes.get(name)]));
        worker.code = worker.code
          .replaceAll("__PRECACHE__", list(now))
          .replaceAll("__LATER__", list([...later].filter((name) => hashes.has(name))))
          .replaceAll("__BUILD__", JSON.stringify(hash(list(now) + list(later))));
      },
    },
  };
}

/** Chunks and styles that only lazily loaded desk screens import. */
function deskAsset(bundle: Rolldown.OutputBundle, name: string): boolean {
  const file = bundle[name];
  if (!file) return false;
  const field = reach(bundle, "field.html", true);
  if (field.has(name)) return false;
  const isCode = file.type === "chunk" || name.endsWith(".css");
  return isCode && !/\.worker-|sw\.js$/.test(name);
}
