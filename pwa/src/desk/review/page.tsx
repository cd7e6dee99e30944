/** Needs a person: the queue at the left, the chosen conflict or held change beside it. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Waiting, WaitingList } from "../../domain/generated/audits";
import { ApiProblem, call, callAll, PAGE } from "../api";
import { useKeys } from "../keys";
import { useSchools } from "../matrix/home";
import { tell } from "../parts/notice";
import { Choice, Head } from "../parts/page";
import { Empty, Shown } from "../parts/states";
import { forget, type Loaded, useResource } from "../resource";
import { place, setQuery } from "../route";
import { t } from "../say";
import { countWaiting } from "./count";
import { Item } from "./item";
import { idOf } from "./model";
import { Next, Queue } from "./queue";

export function ReviewPage(): JSX.Element {
  const { query } = place.value;
  const asked = {
    school_id: query.get("school"),
    visit_id: query.get("visit"),
    after: query.get("after"),
  };
  const list = useResource(`waiting ${JSON.stringify(asked)}`, (signal) =>
    call("GET /api/waiting", { ...asked, limit: PAGE }, signal),
  );
  return (
    <main id="main" class={query.get("item") === null ? "main review" : "main review picked"}>
      <Shown of={list} title={t("review.title")}>
        {(page) => <Body page={page} list={list} />}
      </Shown>
    </main>
  );
}

function Body(props: { page: WaitingList; list: Loaded<WaitingList> }): JSX.Element {
  const { items, next } = props.page;
  const asked = place.value.query.get("item");
  const at = asked === null ? 0 : items.findIndex((item) => idOf(item) === asked);
  const chosen = items[at];
  const { said, done, overtaken } = useSettled(items, at, props.list.reload);
  const step = (by: number): void => {
    const to = items[Math.max(0, Math.min((at === -1 ? 0 : at) + by, items.length - 1))];
    if (to !== undefined) setQuery({ item: idOf(to) });
  };
  useKeys({ j: () => step(1), k: () => step(-1) });
  const position = t("review.of", { at: at + 1, n: items.length });
  return (
    <>
      <section class="queue" aria-label={t("review.list")}>
        <Top page={props.page} />
        {items.length === 0 ? null : <Queue items={items} chosen={chosen} />}
        {next === null ? null : <Next after={next} />}
      </section>
      <div class="beside">
        {said === null ? null : (
          <p class="notice a" role="alert">
            <strong>{t("review.decided")}.</strong> {said}
          </p>
        )}
        {items.length === 0 && asked === null ? <Nothing /> : null}
        {chosen === undefined ? null : (
          <Item
            key={versionOf(chosen)}
            item={chosen}
            position={position}
            done={done}
            overtaken={overtaken}
          />
        )}
        {chosen === undefined && asked !== null ? (
          <Asked id={asked} done={done} overtaken={overtaken} />
        ) : null}
      </div>
    </>
  );
}

/** The same item with other values is another form: what was picked among the old ones is void. */
function versionOf(item: Waiting): string {
  return `${idOf(item)} ${JSON.stringify(item.conflict?.stands)} ${item.conflict?.others.length}`;
}

/** After a decision: the toast, the next item, the list and the figure read anew. */
function useSettled(items: readonly Waiting[], at: number, reload: () => void) {
  const [said, say] = useState<string | null>(null);
  const again = (): void => {
    forget("waiting");
    forget("visit");
    void countWaiting();
    reload();
  };
  const done = (words: string): void => {
    say(null);
    tell(words);
    const following = items[at + 1] ?? items[at - 1];
    setQuery({ item: following === undefined ? null : idOf(following) });
    again();
  };
  const overtaken = (words: string): void => {
    say(words);
    again();
  };
  return { said, done, overtaken };
}

/** Linked to, and not on this page of the list: read by itself, if it still waits. */
function Asked(props: {
  id: string;
  done: (words: string) => void;
  overtaken: (words: string) => void;
}): JSX.Element {
  const [what = "", key = ""] = props.id.split("/", 2);
  const one = useResource(`waiting one ${props.id}`, (signal) =>
    call("GET /api/waiting/{what}/{key}", { what, key }, signal).catch((problem: unknown) => {
      if (isGone(problem)) return null;
      throw problem;
    }),
  );
  const overtaken = (words: string): void => {
    props.overtaken(words);
    one.reload();
  };
  return (
    <Shown of={one}>
      {(item: Waiting | null) =>
        item === null ? (
          <div class="matter">
            <Empty title={t("review.gone")} words={t("review.gone.words")}>
              <button type="button" class="btn" onClick={() => setQuery({ item: null })}>
                {t("review.back")}
              </button>
            </Empty>
          </div>
        ) : (
          <Item
            key={versionOf(item)}
            item={item}
            position=""
            done={props.done}
            overtaken={overtaken}
          />
        )
      }
    </Shown>
  );
}

function isGone(problem: unknown): boolean {
  return problem instanceof ApiProblem && problem.slug === "not_found";
}

function Nothing(): JSX.Element {
  const { query } = place.value;
  const filtered = query.has("school") || query.has("visit");
  return (
    <div class="matter">
      {filtered ? (
        <Empty title={t("review.filtered_empty")} words={t("review.filtered_empty.words")}>
          <button
            type="button"
            class="btn"
            onClick={() => setQuery({ school: null, visit: null, after: null })}
          >
            {t("filter.clear")}
          </button>
        </Empty>
      ) : (
        <Empty title={t("review.empty")} words={t("review.empty.words")} />
      )}
    </div>
  );
}

function Top(props: { page: WaitingList }): JSX.Element {
  const { items } = props.page;
  const held = items.filter((item) => item.type === "held").length;
  const conflicts = items.length - held;
  const facts = [
    ...(conflicts === 0 ? [] : [t("review.facts.conflicts", { n: conflicts })]),
    ...(held === 0 ? [] : [t("review.facts.held", { n: held })]),
  ];
  return (
    <div class="queue-top">
      <Head title={t("review.title")} facts={facts.length === 0 ? undefined : facts.join(", ")} />
      <Filters />
    </div>
  );
}

function Filters(): JSX.Element {
  const schools = useSchools().data ?? [];
  const visits =
    useResource("visits", (signal) => callAll("GET /api/visits", {}, signal)).data ?? [];
  const { query } = place.value;
  const school = query.get("school") ?? "";
  const near = school === "" ? visits : visits.filter((visit) => visit.school_id === school);
  return (
    <div class="filters">
      <Choice
        label={t("matrix.school")}
        name="school"
        value={school}
        options={[
          ["", t("filter.all_schools", { n: schools.length })],
          ...schools.map((one) => [one.id, one.name] as const),
        ]}
        choose={(id) => setQuery({ school: id, visit: null, after: null, item: null })}
      />
      <Choice
        label={t("visits.one")}
        name="visit"
        value={query.get("visit") ?? ""}
        options={[
          ["", t("review.all_visits")],
          ...near.map((visit) => [visit.id, `${visit.name}, ${visit.school_name}`] as const),
        ]}
        choose={(id) => setQuery({ visit: id, after: null, item: null })}
      />
    </div>
  );
}
