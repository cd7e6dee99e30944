/** The register as a list: found, filtered and paged by the server, 200 a page. */

import type { JSX } from "preact";
import type { Item, Items } from "../../domain/generated/estate";
import type { Kind, Rag } from "../../domain/generated/ratings";
import { showTag } from "../../domain/tag";
import { call, PAGE } from "../api";
import { ageYears } from "../dates";
import { stepRow, useKeys } from "../keys";
import { useSchools } from "../matrix/home";
import { subjectPath } from "../matrix/worst";
import { Heads } from "../parts/heads";
import { Head } from "../parts/page";
import { BadgeWord } from "../parts/rag";
import { Empty, Shown } from "../parts/states";
import { useResource } from "../resource";
import { go, href, place, setQuery } from "../route";
import { count, t, word } from "../say";
import { categoryOf } from "./categories";
import { Filters, kindOf } from "./filters";
import { useRatingsOf } from "./ratings-of";

export function Estate(): JSX.Element {
  const schools = useSchools().data ?? [];
  const total = schools.reduce((sum, school) => sum + school.assets, 0);
  return (
    <main id="main" class="main">
      <div class="body">
        <Head
          title={t("estate.title")}
          facts={
            schools.length === 0
              ? undefined
              : t("estate.facts", { n: total, schools: schools.length })
          }
        >
          <a class="btn" href={href("/labels")}>
            {t("labels.print")}
          </a>
        </Head>
        <AssetList fixed={{}} />
      </div>
    </main>
  );
}

/** What the address asks for; `fixed` is what the page around the list already decides. */
export function AssetList(props: { fixed: Readonly<Record<string, string>> }): JSX.Element {
  const { query } = place.value;
  const kind = kindOf(query.get("kind"));
  const asked = {
    school_id: query.get("school_id"),
    room_id: query.get("room_id"),
    category: categoryOf(query.get("category")),
    q: query.get("q"),
    after: query.get("after"),
    ...props.fixed,
  };
  const list = useResource(`${kind}s ${JSON.stringify(asked)}`, (signal) =>
    call(`GET /api/${kind}s`, { ...asked, limit: PAGE }, signal),
  );
  useKeys({
    j: () => stepRow(1),
    k: () => stepRow(-1),
    "/": (event) => {
      event.preventDefault();
      document.getElementById("find")?.focus();
    },
  });
  const filtered = Object.keys(asked).some(
    (name) => !(name in props.fixed) && query.get(name) !== null,
  );
  return (
    <>
      <Filters kind={kind} school={!("school_id" in props.fixed)} />
      <Shown of={list}>
        {(page) =>
          page.items.length === 0 ? (
            <NothingFound filtered={filtered} kind={kind} />
          ) : (
            <Rows page={page} kind={kind} school={!("school_id" in props.fixed)} />
          )
        }
      </Shown>
    </>
  );
}

function NothingFound(props: { filtered: boolean; kind: Kind }): JSX.Element {
  if (!props.filtered) {
    return <Empty title={t("estate.empty")} words={t("estate.empty.words")} />;
  }
  return (
    <Empty title={t("estate.none")} words={t("estate.none.words")}>
      <button type="button" class="btn" onClick={() => go(place.value.path, { replace: true })}>
        {t("filter.clear")}
      </button>
    </Empty>
  );
}

function Rows(props: { page: Items; kind: Kind; school: boolean }): JSX.Element {
  const now = Date.now();
  const { page } = props;
  const ratings = useRatingsOf(page.items);
  return (
    <>
      <div class="scroll">
        <table class="table mid rows-stack">
          <caption class="sr">{word("kind.plural", props.kind)}</caption>
          <Heads
            of={[
              t(props.kind === "asset" ? "estate.tag" : "field.name"),
              t("estate.type"),
              [t(props.kind === "lot" ? "estate.quantity" : "estate.product"), "hide-1100"],
              props.school ? t("matrix.school") : null,
              t("school.room"),
              t("rating.rating"),
              t("estate.state"),
              t("estate.grade"),
              [t("estate.age"), "num"],
            ]}
          />
          <tbody>
            {page.items.map((row) => (
              <ItemRow
                key={row.id}
                row={row}
                kind={props.kind}
                now={now}
                school={props.school}
                rag={ratings?.get(row.id)}
              />
            ))}
          </tbody>
        </table>
      </div>
      <Foot page={page} />
    </>
  );
}

function ItemRow(props: {
  row: Item;
  kind: Kind;
  now: number;
  school: boolean;
  rag: Rag | undefined;
}): JSX.Element {
  const { row } = props;
  return (
    <tr>
      <th scope="row" class="nowrap">
        <a href={href(subjectPath(props.kind, row.id))} data-row="">
          {row.tag === null ? (row.name ?? t("estate.no_tag")) : showTag(row.tag)}
        </a>
      </th>
      <td>{row.type_name}</td>
      <td class="hide-1100">
        {props.kind === "lot" ? count(row.quantity) : (row.product ?? <span class="quiet">–</span>)}
      </td>
      {props.school ? (
        <td>
          <a class="plain" href={href(`/schools/${row.school_id}`)}>
            {row.school_name}
          </a>
        </td>
      ) : null}
      <td>{row.room_name}</td>
      <td>{props.rag === undefined ? "" : <BadgeWord rag={props.rag} />}</td>
      <td class={row.life_state === "in_use" ? "quiet" : undefined}>{stateWords(row)}</td>
      <td data-of={t("estate.grade")}>
        {row.condition === null ? <span class="quiet">–</span> : word("grade", row.condition)}
      </td>
      <td class="num" data-of={t("estate.age")}>
        {row.bought_on === null ? "–" : ageYears(row.bought_on, props.now)}
      </td>
    </tr>
  );
}

/** In use and in its room is the ordinary case; anything else is said instead. */
export function stateWords(row: Item): string {
  const life = row.life_state;
  const place_ = row.allocation;
  if (life !== "in_use") return word("life", life);
  return place_ === "in_room" ? word("life", life) : word("allocation", place_);
}

function Foot(props: { page: Items }): JSX.Element {
  const { page } = props;
  const later = place.value.query.get("after") !== null;
  return (
    <p class="tfoot">
      <span>
        {page.next === null && !later
          ? t("estate.shown_all", { n: page.items.length })
          : t("estate.shown", { n: count(page.items.length) })}
      </span>
      <span class="row">
        {later ? (
          <button type="button" class="btn mini" onClick={() => setQuery({ after: null })}>
            {t("page.first")}
          </button>
        ) : null}
        {page.next === null ? null : (
          <a class="btn mini" href={href(nextPath(page.next))}>
            {t("page.next")}
          </a>
        )}
        <span class="keys">
          <kbd>j</kbd> <kbd>k</kbd> {t("keys.step")} <kbd>/</kbd> {t("keys.find")}
        </span>
      </span>
    </p>
  );
}

function nextPath(after: string): string {
  const query = new URLSearchParams(place.value.query);
  query.set("after", after);
  return `${place.value.path}?${query}`;
}
