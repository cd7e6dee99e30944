// A person shut out, or signed in elsewhere: what leaves the tablet, what stays, what is still sent.
import { expect, test } from "vitest";
import { begin, edit, photo, SCHOOL } from "./fake-school";

test("a person shut out keeps what is their own and nothing that was fetched", async () => {
  const [server, tablet] = await begin();
  const picture = await photo(1000);
  await tablet.edit([edit("a1", { name: "Sent before" })]);
  await tablet.drain();
  await tablet.edit([edit("a1", { name: "Mine" })], [picture]);
  server.shutOut = true;
  await tablet.round();
  expect(tablet.model.meta).toMatchObject({ cursors: {}, staging: null, resets: [] });
  expect([...tablet.model.scopeRows(SCHOOL)]).toEqual([]);
  expect([...tablet.disk.base.keys()]).toEqual([]);
  expect(tablet.model.outboxSize).toBe(0);
  expect(tablet.model.sent()).toMatchObject([{ status: "held", code: "no_membership" }]);
  expect(await tablet.disk.sentFrom("client-a", 1)).toHaveLength(2);
  expect(await tablet.disk.thumb(picture.sha256)).toBeDefined();
  await tablet.open();
  expect(tablet.model.get("asset", "a1")?.f.room_id).toBeUndefined();
});

test("a person shut out gives a restored server their work again", async () => {
  const [server, tablet] = await begin();
  await tablet.edit([edit("a1", { name: "Mine" })]);
  await tablet.drain();
  const [made] = tablet.made;
  server.ledger.clear();
  server.epoch = "epoch-2";
  server.shutOut = true;
  await tablet.round();
  expect(server.ledger.get("client-a")?.get(1)?.line).toBe(made?.line);
});

test("a person shut out hands in their photos too", async () => {
  const [server, tablet] = await begin();
  const picture = await photo(1000);
  await tablet.edit([edit("p1", { sha256: picture.sha256 }, "photo")], [picture]);
  server.shutOut = true;
  await tablet.round();
  expect(server.uploads.stored.has(picture.sha256)).toBe(true);
  expect(server.asked.filter((line) => line.endsWith("/pull"))).toHaveLength(1);
});

test("signed in to another organisation, nothing is sent there, fetched or let go", async () => {
  const [server, tablet] = await begin();
  const picture = await photo(1000);
  await tablet.edit([edit("a1", { name: "Mine" })], [picture]);
  server.elsewhere = true;
  server.readable.clear();
  expect(await tablet.round()).toEqual({ stop: "elsewhere" });
  expect(server.asked.at(-1)).toBe("POST /hello");
  expect(tablet.model.get("asset", "a1")?.f).toMatchObject({ name: "Mine", room_id: "r1" });
  expect(tablet.model.outboxSize).toBe(1);
  server.elsewhere = false;
  server.readable.add(SCHOOL);
  expect(await tablet.drain()).toBe("done");
  expect(server.records.get("asset a1")?.f.name).toBe("Mine");
});

test.each(["push", "pull", "blobs"])(
  "a sign-in that changes before a %s sends nothing astray",
  async (what) => {
    const [server, tablet] = await begin();
    const picture = await photo(1000);
    await tablet.edit([edit("p1", { sha256: picture.sha256 }, "photo")], [picture]);
    const send = server.send.bind(server);
    server.send = (ask) => {
      if (ask.path === `/${what}`) {
        server.elsewhere = true;
        server.readable.clear();
      }
      return send(ask);
    };
    expect(await tablet.round()).toEqual({ stop: "elsewhere" });
    expect(server.uploads.stored.size).toBe(0);
    expect(server.ledger.size).toBe(what === "push" ? 0 : 1);
    expect(tablet.model.get("asset", "a1")?.f.room_id).toBe("r1");
  },
);
