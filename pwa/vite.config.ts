// How the app is built: two doors (field, desk) and one service worker with a hashed list.
import { resolve } from "node:path";
import { defineConfig, type Plugin } from "vite";
import { precacheList } from "./scripts/precache.ts";

const at = (name: string): string => resolve(import.meta.dirname, name);

/**
 * Files that are read later have no styles or parts of their own to fetch ahead, and all of them are
 * kept on the tablet: Vite's helper for that would only weigh on every start.
 */
const plainImports: Plugin = {
  name: "walkround:plain-imports",
  enforce: "pre",
  load: (id) =>
    id.endsWith("vite/preload-helper.js")
      ? "export const __vitePreload = (load) => load();"
      : undefined,
};

export default defineConfig({
  base: "/",
  define: { __APP_BUILD__: JSON.stringify(process.env.npm_package_version ?? "0") },
  publicDir: "public",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [
    plainImports,
    precacheList({ doors: ["field.html", "desk.html"], publicDir: at("public") }),
  ],
  worker: { format: "es" },
  build: {
    target: "es2022",
    outDir: "dist",
    assetsDir: "assets",
    // A data: URL would break the content security policy and the precache list alike.
    assetsInlineLimit: 0,
    modulePreload: {
      polyfill: false,
      // What a later chunk imports is on the tablet already, as it is itself.
      resolveDependencies: (_, deps, { hostType }) => (hostType === "html" ? deps : []),
    },
    sourcemap: false,
    rolldownOptions: {
      input: { field: at("field.html"), desk: at("desk.html"), sw: at("src/sw/sw.ts") },
      output: {
        entryFileNames: (chunk) => (chunk.name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
        chunkFileNames: "assets/[name]-[hash].js",
        assetFileNames: "assets/[name]-[hash][extname]",
      },
    },
  },
});
