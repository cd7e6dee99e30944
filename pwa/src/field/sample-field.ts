// The field's context over the sample store, for tests: no device, a fixed clock.

import { naturalId } from "../sync/ids";
import type { Ids } from "./deps";
import { NOW, type Sample } from "./sample";
import { createSaver, type Saver } from "./saver";

export interface SampleField {
  ids: Ids;
  saver: Saver;
  now: () => number;
}

export function sampleField({ store }: Sample): SampleField {
  let fresh = 0;
  const ids: Ids = {
    natural: (kind, ...keys) => naturalId(kind, store.me.organisation_id, ...keys),
    fresh: () => {
      fresh += 1;
      return `cccccccc-0000-7000-8000-${String(fresh).padStart(12, "0")}`;
    },
  };
  return { ids, saver: createSaver(store, () => NOW), now: () => NOW };
}
