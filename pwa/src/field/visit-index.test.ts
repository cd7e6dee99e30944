// What one change leaves of the groups of a visit: the same as grouping everything anew.
import { expect, test } from "vitest";
import type { Rec } from "../data/types";
import { sampleSchool, VISIT } from "./sample";
import { indexVisit, type VisitIndex } from "./visit-index";

const sample = sampleSchool();
const { store } = sample;
const room = (name: string): string => sample.rooms[name] ?? "";
const ids = (recs: readonly Rec[]): string[] => recs.map(({ id }) => id);

function index(): VisitIndex {
  store.version.value += 1;
  const found = indexVisit(store, VISIT);
  if (!found) throw new Error("the visit is not there");
  return found;
}

test("a changed record stands in its old place, and the index of before still shows it as it was", () => {
  const before = index();
  const asset = before.assetsIn(room("ICT1"))[1] as Rec;
  store.put("asset", asset.id, asset.scope, { name: "Renamed" });
  const after = index();
  expect(ids(after.assetsIn(room("ICT1")))).toEqual(ids(before.assetsIn(room("ICT1"))));
  expect(after.assetsIn(room("ICT1"))[1]?.f.name).toBe("Renamed");
  expect(before.assetsIn(room("ICT1"))[1]).toBe(asset);
});

test("a record that moves leaves its room and stands in the new one", () => {
  const before = index();
  const asset = before.assetsIn(room("ICT1"))[0] as Rec;
  store.put("asset", asset.id, asset.scope, { room_id: room("ICT2") });
  const after = index();
  expect(ids(after.assetsIn(room("ICT1")))).not.toContain(asset.id);
  expect(ids(after.assetsIn(room("ICT2")))).toContain(asset.id);
});

test("a renamed room keeps its place in the walk; another order is another walk", () => {
  const [first, second] = index().rooms as [Rec, Rec];
  store.put("room", first.id, first.scope, { name: "Atelier" });
  expect(index().rooms[0]?.f.name).toBe("Atelier");
  const [a, b] = [first.f.walk_order ?? 0, second.f.walk_order ?? 0];
  store.put("room", first.id, first.scope, { walk_order: b });
  store.put("room", second.id, second.scope, { walk_order: a });
  expect(ids(index().rooms).slice(0, 2)).toEqual([second.id, first.id]);
});
