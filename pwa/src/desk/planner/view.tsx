/** One plan: its years against their limits, the lines as bars or as a table, and one line explained. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Job } from "../../domain/generated/jobs";
import type { Line, PlanDetail } from "../../domain/generated/planning";
import { call, callAll } from "../api";
import { useJob } from "../jobs/follow";
import { JobState } from "../jobs/view";
import { useKeys } from "../keys";
import { Choice, Segments } from "../parts/page";
import { Empty, Shown } from "../parts/states";
import { forget, useResource } from "../resource";
import { place, setQuery } from "../route";
import { t } from "../say";
import { EditLimits } from "./edit";
import { PlanHead } from "./head";
import { LinePanel } from "./line";
import { fullBar, lanesOf, nextBar } from "./model";
import { Shortfalls } from "./short";
import { PlanTable } from "./table";
import { Timeline } from "./timeline";
import { Tray } from "./tray";

export function PlanPage(props: { id: string }): JSX.Element {
  const { id } = props;
  const { query } = place.value;
  const plan = useResource(`plan ${id}`, (signal) =>
    call("GET /api/plans/{plan_id}", { plan_id: id }, signal),
  );
  const school = query.get("school") ?? "";
  const lines = useResource(`plan lines ${id} ${school}`, (signal) =>
    callAll("GET /api/plans/{plan_id}/lines", { plan_id: id, school_id: school }, signal),
  );
  const ended = (): void => {
    forget("plan");
    setQuery({ job: null });
    plan.reload();
    lines.reload();
  };
  const job = useJob(query.get("job"), ended).job;
  const chosen = lines.data?.find((line) => line.id === query.get("line"));
  return (
    <main id="main" class={chosen === undefined ? "main planner-page" : "main flush planner-page"}>
      <div class="body">
        <Shown of={plan} title={t("plans.one")}>
          {(data) => (
            <PlanBody answer={data} lines={lines.data} job={job} reload={ended}>
              <Shown of={lines}>{(all) => <Lines answer={data} lines={all} />}</Shown>
            </PlanBody>
          )}
        </Shown>
      </div>
      {chosen === undefined || plan.data === undefined ? null : (
        <LinePanel line={chosen} close={() => setQuery({ line: null })} />
      )}
    </main>
  );
}

function PlanBody(props: {
  answer: PlanDetail;
  lines: readonly Line[] | undefined;
  job: Job | undefined;
  reload: () => void;
  children: JSX.Element;
}): JSX.Element {
  const { answer, job } = props;
  const [editing, setEditing] = useState(false);
  const running = job !== undefined && place.value.query.get("job") !== null;
  return (
    <>
      <PlanHead answer={answer} edit={() => setEditing(true)} solving={running} />
      {editing ? (
        <EditLimits answer={answer} close={() => setEditing(false)} saved={props.reload} />
      ) : null}
      {running ? <JobState job={job} /> : null}
      {answer.plan.state === "failed" && !running ? (
        <p class="notice r">
          <strong>{t("plan.failed")}</strong> {t("plan.failed.words")}
        </p>
      ) : null}
      <Shortfalls answer={answer} />
      <PlanFilters answer={answer} lines={props.lines ?? []} />
      {props.children}
      <Tray answer={answer} />
    </>
  );
}

function PlanFilters(props: { answer: PlanDetail; lines: readonly Line[] }): JSX.Element {
  const { query } = place.value;
  const { schools } = props.answer;
  return (
    <div class="filters">
      {schools.length > 1 ? (
        <Choice
          label={t("plan.schools")}
          value={query.get("school") ?? ""}
          options={[
            ["", t("filter.all_schools", { n: schools.length })],
            ...schools.map((school) => [school.id, school.name] as const),
          ]}
          choose={(school) => setQuery({ school, line: null })}
        />
      ) : null}
      {query.get("view") === "table" ? null : (
        <span class="small quiet">
          {t("plan.measure", { full: fullBar(props.lines) / 100_000 })}
        </span>
      )}
      <span class="end">
        <Segments
          label={t("plan.view")}
          options={[
            ["timeline", t("plan.view.timeline")],
            ["table", t("plan.view.table")],
          ]}
          chosen={query.get("view") === "table" ? "table" : "timeline"}
          choose={(view) => setQuery({ view: view === "table" ? "table" : null })}
        />
      </span>
    </div>
  );
}

function Lines(props: { answer: PlanDetail; lines: readonly Line[] }): JSX.Element {
  const { answer, lines } = props;
  const { query } = place.value;
  const chosen = query.get("line");
  const lanes = lanesOf(lines);
  const walk = (event: KeyboardEvent): void => {
    const next = chosen === null ? null : nextBar(lanes, chosen, event.key);
    if (next === null) return;
    event.preventDefault();
    setQuery({ line: next });
    document.querySelector<HTMLElement>(`[data-bar="${next}"]`)?.focus();
  };
  useKeys({
    Escape: () => setQuery({ line: null }),
    ArrowLeft: walk,
    ArrowRight: walk,
    ArrowUp: walk,
    ArrowDown: walk,
  });
  if (lines.length === 0) {
    return <Empty title={t("plan.no_lines")} words={t("plan.no_lines.words")} />;
  }
  return query.get("view") === "table" ? (
    <PlanTable answer={answer} lines={lines} chosen={chosen} />
  ) : (
    <Timeline answer={answer} lanes={lanes} full={fullBar(lines)} chosen={chosen} />
  );
}
