/** The first page: every school (or trust) against every category, and the reasons of one cell. */
import type { JSX } from "preact";
import type { School } from "../../domain/generated/estate";
import type { Matrix } from "../../domain/generated/ratings";
import { call, callAll } from "../api";
import { longDay } from "../dates";
import { useKeys } from "../keys";
import { wholePounds } from "../money";
import { Choice, Head, Segments } from "../parts/page";
import { RagLegend } from "../parts/rag";
import { Empty, Shown } from "../parts/states";
import { useResource } from "../resource";
import { go, href, place, setQuery } from "../route";
import { t } from "../say";
import { mayPlan, mayRunVisits, session } from "../session";
import { shortNames } from "../short-names";
import {
  columnWords,
  items,
  OVERALL,
  usedColumns,
  type View,
  valuePence,
  worstFirst,
} from "./model";
import { CellPanel } from "./panel";
import { MatrixTable } from "./table";
import { Worst } from "./worst";

export function useSchools() {
  return useResource("schools", (signal) => callAll("GET /api/schools", {}, signal));
}

export function Home(): JSX.Element {
  const { query } = place.value;
  const byTrust = query.get("by") === "trust";
  const trust = query.get("trust") ?? "";
  const matrix = useResource(`matrix ${byTrust ? "trusts" : "schools"} ${trust}`, (signal) =>
    byTrust
      ? call("GET /api/matrices/trusts", {}, signal)
      : call("GET /api/matrices/schools", { trust_id: trust }, signal),
  );
  const open = openCell(query);
  useKeys({ Escape: () => setQuery({ school: null, category: null }) });
  return (
    <main id="main" class={open === null ? "main" : "main flush"}>
      <div class="body">
        <Shown of={matrix} title={t("matrix.title")} waiting={t("matrix.counting")}>
          {(data) => <HomeBody matrix={data} byTrust={byTrust} trust={trust} />}
        </Shown>
      </div>
      {open === null ? null : (
        <CellPanel
          schoolId={open.school}
          category={open.category}
          name={rowName(matrix.data, open.school)}
          close={() => setQuery({ school: null, category: null })}
        />
      )}
    </main>
  );
}

function openCell(query: URLSearchParams): { school: string; category: string | null } | null {
  const school = query.get("school");
  const category = query.get("category");
  return school === null ? null : { school, category: category === OVERALL ? null : category };
}

function rowName(matrix: Matrix | undefined, id: string): string {
  return matrix?.rows.find((row) => row.id === id)?.name ?? "";
}

function HomeBody(props: { matrix: Matrix; byTrust: boolean; trust: string }): JSX.Element {
  const { matrix } = props;
  const schools = useSchools().data ?? [];
  const total = matrix.total.overall;
  const facts = t("matrix.facts", {
    n: items(total),
    value: wholePounds(valuePence(total)),
    at: matrix.as_at === null ? t("date.not_yet") : longDay(matrix.as_at),
  });
  return (
    <>
      <Head title={t(props.byTrust ? "matrix.trusts" : "matrix.title")} facts={facts}>
        {mayPlan() ? (
          <a class="btn" href={href("/plans/new")}>
            {t("matrix.plan_from")}
          </a>
        ) : null}
      </Head>
      {matrix.rows.length === 0 ? (
        <NothingYet />
      ) : (
        <>
          <Filters schools={schools} byTrust={props.byTrust} trust={props.trust} />
          <Grid matrix={matrix} schools={schools} byTrust={props.byTrust} />
          {props.byTrust ? null : <Worst rows={matrix.rows} />}
        </>
      )}
    </>
  );
}

function NothingYet(): JSX.Element {
  return (
    <Empty title={t("matrix.empty")} words={t("matrix.empty.words")}>
      {mayRunVisits() ? (
        <a class="btn main-act" href={href("/visits/new")}>
          {t("visits.new")}
        </a>
      ) : null}
    </Empty>
  );
}

function Filters(props: {
  schools: readonly School[];
  byTrust: boolean;
  trust: string;
}): JSX.Element {
  const trusts = trustsOf(props.schools);
  const severalTrusts = trusts.length > 1;
  return (
    <div class="filters">
      {severalTrusts ? (
        <Segments
          label={t("matrix.rows")}
          options={[
            ["schools", t("matrix.by_school")],
            ["trusts", t("matrix.by_trust")],
          ]}
          chosen={props.byTrust ? "trusts" : "schools"}
          choose={(by) => go(by === "trusts" ? "/?by=trust" : "/")}
        />
      ) : null}
      {trusts.length > 0 && props.schools.length > 1 && !props.byTrust ? (
        <Choice
          label={t("matrix.of")}
          value={props.trust}
          options={[["", t("filter.all_schools", { n: props.schools.length })], ...trusts]}
          choose={(id) => setQuery({ trust: id, school: null, category: null })}
        />
      ) : null}
      <span class="end view">
        <ViewChoice />
      </span>
    </div>
  );
}

export function ViewChoice(): JSX.Element {
  return (
    <Segments<View>
      label={t("matrix.view")}
      options={[
        ["values", t("matrix.view.values")],
        ["colours", t("matrix.view.colours")],
      ]}
      chosen={currentView()}
      choose={(view) => setQuery({ view: view === "values" ? null : view })}
    />
  );
}

export function currentView(): View {
  return place.value.query.get("view") === "colours" ? "colours" : "values";
}

function trustsOf(schools: readonly School[]): (readonly [string, string])[] {
  const found = new Map<string, string>();
  for (const school of schools) {
    if (school.trust_id !== null) found.set(school.trust_id, school.trust_name ?? "");
  }
  return [...found].sort((a, b) => a[1].localeCompare(b[1], "en-GB"));
}

function Grid(props: {
  matrix: Matrix;
  schools: readonly School[];
  byTrust: boolean;
}): JSX.Element {
  const { matrix, byTrust } = props;
  const { shown, empty } = usedColumns(matrix);
  const { query } = place.value;
  const phases = new Map(props.schools.map((school) => [school.id, school.phase]));
  const short = shortNames(matrix.rows.map((row) => row.name));
  const keep = (extra: Record<string, string>): string => `/?${merged(query, extra)}`;
  return (
    <>
      <MatrixTable
        matrix={matrix}
        caption={t(byTrust ? "matrix.caption.trusts" : "matrix.caption.schools")}
        rowHeading={t(byTrust ? "matrix.trust" : "matrix.school")}
        columns={shown}
        groups={[{ heading: null, rows: worstFirst(matrix.rows) }]}
        view={currentView()}
        open={`${query.get("school")}/${query.get("category") ?? OVERALL}`}
        rowPath={(id) => (byTrust ? `/?trust=${id}` : `/schools/${id}`)}
        rowName={(row) => short.get(row.name) ?? row.name}
        rowNote={(row) => (phases.get(row.id) ?? "").toLowerCase()}
        cellPath={(id, category) => (byTrust ? `/?trust=${id}` : keep({ school: id, category }))}
        totalWords={
          session.value?.organisation.kind === "trust" ? t("matrix.trust") : t("matrix.all")
        }
        totalNote={t(byTrust ? "matrix.n_trusts" : "matrix.n_schools", { n: matrix.rows.length })}
        totalPath={(category) =>
          category === OVERALL ? "/assets" : `/assets?category=${category}`
        }
      />
      <MatrixLegend empty={empty} />
    </>
  );
}

export function MatrixLegend(props: { empty: readonly string[] }): JSX.Element {
  return (
    <p class="legend">
      <RagLegend />
      <span>
        {currentView() === "values" ? t("matrix.legend.values") : t("matrix.legend.colours")}
      </span>
      {props.empty.length === 0 ? null : (
        <span>
          {t("matrix.legend.empty", {
            names: props.empty.map((one) => columnWords(one).toLowerCase()).join(", "),
          })}
        </span>
      )}
      <span class="keys">
        <kbd>←</kbd> <kbd>↑</kbd> <kbd>↓</kbd> <kbd>→</kbd> {t("keys.move")} <kbd>Enter</kbd>{" "}
        {t("keys.open")}
      </span>
    </p>
  );
}

export function merged(query: URLSearchParams, extra: Record<string, string>): string {
  const next = new URLSearchParams(query);
  for (const [key, value] of Object.entries(extra)) next.set(key, value);
  return next.toString();
}
