// Runs the shipped engine under Node for the simulator's stories: a JSON line in, a JSON line out.
import { createHash } from "node:crypto";
import { stdin, stdout } from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const entry = fileURLToPath(new URL("../src/sync/story-host.ts", import.meta.url));
/** Stories have kinds of their own, in a schema of their own, and small photos. */
const constants = [
  ["/sync/op.ts", "SCHEMA_VERSION = 1;", `SCHEMA_VERSION = ${process.argv[2]};`],
  ["/sync/held.ts", "CHUNK_BYTES = 512 * 1024;", `CHUNK_BYTES = ${process.argv[3]};`],
];

const bundle = await rolldown({
  input: entry,
  platform: "node",
  plugins: [
    {
      name: "story-constants",
      /** @param {string} code @param {string} id */
      transform(code, id) {
        const found = constants.find(([file]) => id.endsWith(file ?? ""));
        if (!found) return undefined;
        const [, before = "", after = ""] = found;
        if (!code.includes(before)) throw new Error(`no ${before} in ${id}`);
        return code.replace(before, after);
      },
    },
  ],
});
const { output } = await bundle.generate({ format: "esm", codeSplitting: false });
const code = Buffer.from(output[0].code).toString("base64");

// The browser's comes back when a thread has done it: the same seed would not tell the same story.
Object.defineProperty(crypto.subtle, "digest", {
  value: async (/** @type {string} */ _, /** @type {Uint8Array | ArrayBuffer} */ data) => {
    const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
    const hash = createHash("sha256").update(bytes).digest();
    return Uint8Array.from(hash).buffer;
  },
});

const { StoryHost, watchDurability } = await import(`data:text/javascript;base64,${code}`);
// All of the engine that does not wait for an answer runs before the next turn of the event loop.
watchDurability();
const host = new StoryHost(() => new Promise((go) => setImmediate(go)));
for await (const line of createInterface({ input: stdin })) {
  stdout.write(`${JSON.stringify(await host.handle(JSON.parse(line)))}\n`);
}
