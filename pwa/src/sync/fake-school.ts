// A school with one laptop, for tests: its server, a tablet that follows it, edits and photos of it.
import type { Edit, PhotoBytes } from "../data/types";
import { FakeServer } from "./fake-server";
import { FakeTablet, type TabletOptions } from "./fake-tablet";
import { sha256Hex } from "./hash";

export const SCHOOL = "school-1";

export async function begin(options: TabletOptions = {}): Promise<[FakeServer, FakeTablet]> {
  const server = new FakeServer();
  server.addScope(SCHOOL);
  server.write(SCHOOL, "asset", "a1", { name: "Laptop", room_id: "r1" });
  const tablet = await new FakeTablet(server, options).open();
  await tablet.subscribe(SCHOOL);
  await tablet.drain();
  return [server, tablet];
}

export function edit(id: string, set: Edit["set"], kind = "asset", scope = SCHOOL): Edit {
  return { kind, id, scope, set };
}

export async function photo(size = 1_200_000): Promise<PhotoBytes> {
  const bytes = new Uint8Array(size).map((_, i) => i % 251).buffer;
  return { sha256: await sha256Hex(bytes), mime: "image/jpeg", bytes, thumb: new ArrayBuffer(8) };
}
