/** After a restore: the tablets that are not back, and what only a tablet still shows. */
import type { JSX } from "preact";
import type { Lost, LostList } from "../../domain/generated/recovery";
import { call, PAGE } from "../api";
import { moment } from "../dates";
import { useKeys } from "../keys";
import { tell } from "../parts/notice";
import { Head } from "../parts/page";
import { Empty, Shown } from "../parts/states";
import { forget, type Loaded, useResource } from "../resource";
import { countWaiting } from "../review/count";
import { Next } from "../review/queue";
import { place, setQuery } from "../route";
import { t } from "../say";
import { countRestored, sinceRestore } from "./count";
import { Devices } from "./devices";
import { idOf } from "./model";
import { Queue } from "./queue";
import { RecordForm } from "./record";

/** The entry of the list that stands for the tablets. */
export const DEVICES = "devices";

export function RestoredPage(): JSX.Element {
  const { query } = place.value;
  const after = query.get("after");
  const list = useResource(`lost ${after}`, (signal) =>
    call("GET /api/lost", { after, limit: PAGE }, signal),
  );
  return (
    <main id="main" class={query.get("item") === null ? "main review" : "main review picked"}>
      <Shown of={list} title={t("restored.title")}>
        {(page) => <Body page={page} list={list} />}
      </Shown>
    </main>
  );
}

function Body(props: { page: LostList; list: Loaded<LostList> }): JSX.Element {
  const { items, next } = props.page;
  const count = sinceRestore.value;
  const devices = count?.devices ?? 0;
  const asked = place.value.query.get("item");
  const ids = [...(devices > 0 ? [DEVICES] : []), ...items.map(idOf)];
  const at = asked === null ? 0 : ids.indexOf(asked);
  const chosen = items.find((item) => idOf(item) === ids[at]);
  useSteps(ids, at);
  const again = (words: string): void => {
    tell(words);
    const following = ids[at + 1] ?? ids[at - 1];
    const item = asked === null || following === undefined ? null : following;
    // The last of a later page: the first page is where the rest is.
    setQuery(items.length > 1 ? { item } : { item: null, after: null });
    forget("lost");
    void countWaiting();
    void countRestored();
    props.list.reload();
  };
  return (
    <>
      <section class="queue" aria-label={t("restored.list")}>
        <div class="queue-top">
          <Head title={t("restored.title")} facts={factsOf(count?.restored_at)} />
        </div>
        {ids.length === 0 ? null : <Queue items={items} devices={devices} chosen={ids[at]} />}
        {next === null ? null : <Next after={next} />}
      </section>
      <div class="beside">
        {ids[at] === DEVICES ? <Devices n={devices} /> : null}
        {chosen === undefined ? null : (
          <RecordForm key={versionOf(chosen)} item={chosen} settled={again} />
        )}
        {ids[at] === undefined && count !== null ? (
          <Nothing asked={asked} isBack={devices === 0} />
        ) : null}
      </div>
    </>
  );
}

function useSteps(ids: readonly string[], at: number): void {
  const step = (by: number): void => {
    const to = ids[Math.max(0, Math.min(at + by, ids.length - 1))];
    if (to !== undefined) setQuery({ item: to });
  };
  useKeys({ j: () => step(1), k: () => step(-1) });
}

/** A value told meanwhile makes another form: what was ticked among the old ones is void. */
function versionOf(item: Lost): string {
  return `${idOf(item)} ${item.until} ${item.values.length}`;
}

/** A figure that is not read yet is no statement. */
function factsOf(restoredAt: number | null | undefined): string | undefined {
  if (restoredAt === undefined) return undefined;
  return restoredAt === null ? t("restored.none") : t("restored.facts", { at: moment(restoredAt) });
}

function Nothing(props: { asked: string | null; isBack: boolean }): JSX.Element {
  if (props.asked === null) {
    return (
      <div class="matter">
        <Empty title={t("restored.empty")} words={t("restored.empty.words")} />
      </div>
    );
  }
  const isDevices = props.asked === DEVICES && props.isBack;
  return (
    <div class="matter">
      <Empty
        title={t(isDevices ? "restored.all_back" : "review.gone")}
        words={t(isDevices ? "restored.all_back.words" : "restored.settled")}
      >
        <button type="button" class="btn" onClick={() => setQuery({ item: null })}>
          {t("review.back")}
        </button>
      </Empty>
    </div>
  );
}
