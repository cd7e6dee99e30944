/** All visits with how far each has come. */
import type { JSX } from "preact";
import type { VisitItem } from "../../domain/generated/audits";
import { callAll } from "../api";
import { shortDay } from "../dates";
import { stepRow, useKeys } from "../keys";
import { Heads } from "../parts/heads";
import { Head } from "../parts/page";
import { Empty, Progress, Shown } from "../parts/states";
import { useResource } from "../resource";
import { go, href } from "../route";
import { count, t, word } from "../say";
import { mayRunVisits } from "../session";

export function Visits(): JSX.Element {
  const visits = useResource("visits", (signal) => callAll("GET /api/visits", {}, signal));
  useKeys({
    j: () => stepRow(1),
    k: () => stepRow(-1),
    n: () => mayRunVisits() && go("/visits/new"),
  });
  return (
    <main id="main" class="main">
      <div class="body">
        <Head title={t("visits.title")} facts={openFacts(visits.data)}>
          {mayRunVisits() ? <NewVisit /> : null}
        </Head>
        <Shown of={visits}>
          {(all) =>
            all.length === 0 ? (
              <Empty title={t("visits.empty")} words={t("visits.empty.words")} />
            ) : (
              <Rows visits={all} />
            )
          }
        </Shown>
      </div>
    </main>
  );
}

function NewVisit(): JSX.Element {
  return (
    <a class="btn main-act" href={href("/visits/new")}>
      {t("visits.new")} <kbd>n</kbd>
    </a>
  );
}

function openFacts(visits: readonly VisitItem[] | undefined): string | undefined {
  if (visits === undefined || visits.length === 0) return undefined;
  const open = visits.filter((visit) => visit.state === "open" || visit.state === "planned");
  return t("visits.facts", { n: visits.length, open: open.length });
}

function Rows(props: { visits: readonly VisitItem[] }): JSX.Element {
  return (
    <div class="scroll">
      <table class="table mid rows-stack">
        <caption class="sr">{t("visits.title")}</caption>
        <Heads
          of={[
            t("visits.one"),
            t("matrix.school"),
            t("visits.dates"),
            t("visits.state"),
            t("visits.progress"),
            [t("visits.rooms_done"), "num"],
            [t("visits.assets_found"), "num"],
          ]}
        />
        <tbody>
          {props.visits.map((visit) => (
            <Row key={visit.id} visit={visit} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row(props: { visit: VisitItem }): JSX.Element {
  const { visit } = props;
  return (
    <tr>
      <th scope="row">
        <a href={href(`/visits/${visit.id}`)} data-row="">
          {visit.name}
        </a>
      </th>
      <td>
        <a class="plain" href={href(`/schools/${visit.school_id}`)}>
          {visit.school_name}
        </a>
      </td>
      <td class="nowrap">{datesOf(visit)}</td>
      <td>{word("visit_state", visit.state)}</td>
      <td class="wide">
        <Progress
          done={visit.rooms_done}
          total={visit.rooms}
          label={t("visits.rooms_said", { done: visit.rooms_done, n: visit.rooms })}
        />
      </td>
      <td class="num" data-of={t("visits.rooms_done")}>
        {t("visits.of", { done: visit.rooms_done, n: count(visit.rooms) })}
      </td>
      <td class="num" data-of={t("visits.assets_found")}>
        {t("visits.of", { done: visit.found, n: count(visit.assets) })}
      </td>
    </tr>
  );
}

export function datesOf(visit: VisitItem): string {
  if (visit.starts_on === visit.ends_on) return shortDay(visit.starts_on);
  return t("visits.from_to", { from: shortDay(visit.starts_on), to: shortDay(visit.ends_on) });
}
