/** One visit: how far it has come, who is out, what was found, and closing it. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Visit } from "../../domain/generated/audits";
import { ApiProblem, call, callAll } from "../api";
import { moment } from "../dates";
import { VisitFindings } from "../findings/list";
import { Ask, tell } from "../parts/notice";
import { Facts, Head } from "../parts/page";
import { Progress, Shown } from "../parts/states";
import { inWords } from "../problems";
import { forget, useResource } from "../resource";
import { href } from "../route";
import { count, t, word } from "../say";
import { mayRunVisits } from "../session";
import { datesOf } from "./list";
import { OpenWork } from "./settle";

export function VisitPage(props: { id: string }): JSX.Element {
  const visit = useResource(`visit ${props.id}`, (signal) =>
    call("GET /api/visits/{visit_id}", { visit_id: props.id }, signal),
  );
  return (
    <main id="main" class="main">
      <div class="body">
        <Shown of={visit} title={t("visits.one")}>
          {(data) => <Body visit={data} changed={visit.reload} />}
        </Shown>
      </div>
    </main>
  );
}

function Body(props: { visit: Visit; changed: () => void }): JSX.Element {
  const { visit } = props;
  const rooms = useResource(`rooms ${visit.school_id}`, (signal) =>
    callAll("GET /api/schools/{school_id}/rooms", { school_id: visit.school_id }, signal),
  );
  const work = useOpenWork(visit);
  const changed = (): void => {
    forget("visit");
    props.changed();
    work.reload();
  };
  const ends = isOpen(visit) && mayRunVisits();
  return (
    <>
      <Head
        title={visit.name}
        crumbs={[
          { words: t("visits.title"), path: "/visits" },
          { words: visit.school_name, path: `/schools/${visit.school_id}` },
          { words: visit.name },
        ]}
        facts={`${datesOf(visit)}. ${word("visit_state", visit.state)}.`}
      >
        {ends ? <Close visit={visit} changed={changed} /> : null}
      </Head>
      {ends ? (
        <Shown of={work}>
          {(data) => (
            <OpenWork
              visitId={visit.id}
              work={data}
              close={(reason) => endVisit(visit, reason).then(changed)}
            />
          )}
        </Shown>
      ) : null}
      <Figures visit={visit} />
      <section class="below">
        <h2>{t("findings.title")}</h2>
        <VisitFindings visitId={visit.id} rooms={rooms.data ?? []} />
      </section>
    </>
  );
}

function Figures(props: { visit: Visit }): JSX.Element {
  const { visit } = props;
  const team = visit.team;
  return (
    <div class="cols two">
      <section class="figures">
        <Figure
          done={visit.rooms_done}
          total={visit.rooms}
          words={t("visits.rooms_walked")}
          said={t("visits.rooms_said", { done: visit.rooms_done, n: visit.rooms })}
        />
        <Figure
          done={visit.found}
          total={visit.assets}
          words={t("visits.assets_seen")}
          said={t("visits.assets_said", { done: visit.found, n: visit.assets })}
        />
      </section>
      <Facts
        pairs={[
          [
            t("matrix.school"),
            <a key="s" href={href(`/schools/${visit.school_id}`)}>
              {visit.school_name}
            </a>,
          ],
          [t("visits.team"), team.map((one) => one.name).join(", ")],
          [t("visits.not_seen"), notSeen(visit)],
          [t("visits.blind_short"), t(visit.blind ? "word.yes" : "word.no")],
          ...closingOf(visit),
        ]}
      />
    </div>
  );
}

function Figure(props: { done: number; total: number; words: string; said: string }): JSX.Element {
  return (
    <div>
      <p>
        <strong>{t("visits.of", { done: props.done, n: count(props.total) })}</strong> {props.words}
      </p>
      <Progress done={props.done} total={props.total} label={props.said} />
    </div>
  );
}

function notSeen(visit: Visit): string | null {
  const { is_known: known, count: n } = visit.not_seen;
  return known && n !== null ? count(n) : t("visits.not_seen.unknown");
}

/** Who ended it and when, and the reason given if devices still held work of it. */
function closingOf({ closing }: Visit): (readonly [string, string])[] {
  if (closing === null) return [];
  const { person: name, at, reason, devices } = closing;
  const when = moment(at);
  const by = name === null ? when : t("visits.closing.by", { name, when });
  const closed = [t("visits.closing"), by] as const;
  if (reason === null) return [closed];
  return [closed, [t("visits.closing.left_out"), t("visits.closing.why", { n: devices, reason })]];
}

/** While it is open: what stands between it and its end. */
function useOpenWork(visit: Visit) {
  const asks = isOpen(visit) && mayRunVisits();
  return useResource(asks ? `visit unsettled ${visit.id}` : null, (signal) =>
    call("GET /api/visits/{visit_id}/unsettled", { visit_id: visit.id }, signal),
  );
}

function isOpen(visit: Visit): boolean {
  return visit.state === "open" || visit.state === "planned";
}

async function endVisit(visit: Visit, reason: string | null): Promise<void> {
  await call("POST /api/visits/{visit_id}/close", { visit_id: visit.id, reason });
  tell(t("visits.closed"));
}

function Close(props: { visit: Visit; changed: () => void }): JSX.Element {
  const { visit } = props;
  const [asking, setAsking] = useState(false);
  const left = visit.rooms - visit.rooms_done;
  const answer = async (yes: boolean): Promise<void> => {
    setAsking(false);
    if (!yes) return;
    try {
      await endVisit(visit, null);
      props.changed();
    } catch (problem) {
      if (problem instanceof ApiProblem && problem.slug === "not_settled") {
        tell(t("visits.unsettled"));
        props.changed();
        return;
      }
      const said = inWords(problem);
      tell(`${said.title}. ${said.detail}`);
    }
  };
  return (
    <>
      <button type="button" class="btn" onClick={() => setAsking(true)}>
        {t("visits.close")}
      </button>
      {asking ? (
        <Ask
          title={t("visits.close.ask")}
          words={left === 0 ? t("visits.close.all") : t("visits.close.left", { n: left })}
          yes={t("visits.close")}
          answer={(yes) => void answer(yes)}
        />
      ) : null}
    </>
  );
}
