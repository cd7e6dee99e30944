// Photo bytes on their way: after their record, through cuts and damage, lost or refused.
import { expect, test } from "vitest";
import { begin, edit, photo } from "./fake-school";
import { sha256Hex } from "./hash";
import { settled, stateOf } from "./phase";

test("photo bytes follow their record, go on after a cut, and count once their hash was checked", async () => {
  const [server, tablet] = await begin();
  const taken = await photo();
  await tablet.edit([edit("p1", { sha256: taken.sha256 }, "photo")], [taken]);
  server.uploads.damageNext = true;
  expect(await tablet.drain()).toBe("done");
  expect(await sha256Hex(server.uploads.stored.get(taken.sha256) ?? new ArrayBuffer(0))).toBe(
    taken.sha256,
  );
  expect(tablet.model.blobs.get(taken.sha256)?.state).toBe("sent");
  const record = server.asked.indexOf("POST /push");
  expect(record).toBeLessThan(server.asked.indexOf("POST /blobs"));
});

test("a photo whose bytes are gone from the tablet is said to be lost and keeps nothing waiting", async () => {
  const [, tablet] = await begin();
  const taken = await photo();
  await tablet.edit([edit("p1", { sha256: taken.sha256 }, "photo")], [taken]);
  tablet.disk.bytes.delete(taken.sha256);
  expect(await tablet.drain()).toBe("done");
  expect(tablet.model.blobs.get(taken.sha256)?.state).toBe("lost");
  const running = { active: false, total: 0, sent: 0, last: "done" as const, doneAt: 1 };
  const said = stateOf(tablet.model, running, { level: "fine", persisted: true, unsaved: 0 });
  expect(said).toMatchObject({ phase: "needs_you", photos: 0 });
  expect(said.needs).toMatchObject([
    { what: "photo", code: "photo_lost", kind: "photo", id: "p1" },
  ]);
});

test("bytes that end too soon are lost too, not read without end", async () => {
  const [, tablet] = await begin();
  const taken = await photo();
  await tablet.edit([edit("p1", { sha256: taken.sha256 }, "photo")], [taken]);
  tablet.disk.bytes.set(taken.sha256, { ...taken, bytes: taken.bytes.slice(0, 700_000) });
  await tablet.drain();
  expect(tablet.model.blobs.get(taken.sha256)?.state).toBe("lost");
});

test.each([413, 415, 422])(
  "a photo that the server refuses with %i asks the person",
  async (status) => {
    const [server, tablet] = await begin();
    const taken = await photo();
    server.uploads.refuseWith = status;
    await tablet.edit([edit("p1", { sha256: taken.sha256 }, "photo")], [taken]);
    expect(await tablet.drain()).toBe("done");
    const idle = { active: false, total: 0, sent: 0, last: "done" as const, doneAt: 1 };
    const sound = { level: "fine" as const, persisted: true, unsaved: 0 };
    const [need] = stateOf(tablet.model, idle, sound).needs;
    expect(need).toMatchObject({ what: "photo", code: "photo_not_taken", id: "p1" });
    const read = settled(tablet.model, need?.mid ?? 0);
    await tablet.journal.commit(() => read);
    expect(stateOf(tablet.model, idle, sound)).toMatchObject({ phase: "all_on_server", needs: [] });
    expect(tablet.disk.bytes.has(taken.sha256)).toBe(false);
  },
);
