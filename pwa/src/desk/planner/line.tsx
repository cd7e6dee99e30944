/** One line of a plan: what, why this year, and the very things it replaces. */
import type { JSX } from "preact";
import type { Line, Subject } from "../../domain/generated/planning";
import { showTag } from "../../domain/tag";
import { callAll } from "../api";
import { longDay } from "../dates";
import { subjectPath } from "../matrix/worst";
import { Facts } from "../parts/page";
import { Pounds } from "../parts/pounds";
import { Badge } from "../parts/rag";
import { Shown } from "../parts/states";
import { useResource } from "../resource";
import { href } from "../route";
import { t } from "../say";
import { financeWords } from "./table";

const SHOWN = 60;

export function LinePanel(props: { line: Line; close: () => void }): JSX.Element {
  const { line } = props;
  const subjects = useResource(`plan subjects ${line.id}`, (signal) =>
    callAll("GET /api/plan-lines/{line_id}/subjects", { line_id: line.id }, signal),
  );
  return (
    <section class="panel" aria-label={t("plan.panel")}>
      <header>
        <p class="small quiet">
          {line.school_name} · {line.label}
        </p>
        <button type="button" class="btn bare mini" onClick={props.close}>
          {t("act.close")} <kbd>Esc</kbd>
        </button>
      </header>
      <h2>{t("plan.line_title", { n: line.quantity, type: line.type_name })}</h2>
      <p class="big">
        <strong>
          <Pounds pence={line.total_pence} />
        </strong>{" "}
        {t("plan.in_year", { year: line.label })}
      </p>
      <p class="small quiet">
        {t("plan.n_at", { n: line.quantity })} <Pounds pence={line.unit_pence} /> {t("plan.each")}
      </p>
      <Why line={line} />
      <section>
        <div class="row apart">
          <h3>{t("plan.replaces")}</h3>
          <a
            class="small"
            href={href(`/assets?school_id=${line.school_id}&category=${line.category}`)}
          >
            {t("panel.all_items")}
          </a>
        </div>
        <Shown of={subjects}>{(all) => <Subjects subjects={all} />}</Shown>
      </section>
    </section>
  );
}

function Why(props: { line: Line }): JSX.Element {
  const { line } = props;
  const day = (value: string | null): string | null => (value === null ? null : longDay(value));
  return (
    <section>
      <h3>{t("plan.why_year", { year: line.label })}</h3>
      <p>{line.words}</p>
      {line.must_do ? <p class="notice r">{t("plan.must.words")}</p> : null}
      <Facts
        pairs={[
          [t("plan.by_age"), day(line.due_by_age_on)],
          [t("plan.by_all"), day(line.due_on)],
          [t("plan.finance_line"), financeWords(line.finance_line)],
        ]}
      />
    </section>
  );
}

function Subjects(props: { subjects: readonly Subject[] }): JSX.Element {
  const shown = props.subjects.slice(0, SHOWN);
  const rest = props.subjects.length - shown.length;
  return (
    <>
      <ul class="contributors">
        {shown.map((one) => (
          <li key={one.subject_id}>
            <span class="subject">
              <Badge rag={one.rag ?? "grey"} said={true} />
              <a href={href(subjectPath(one.subject_kind, one.subject_id))}>
                {one.tag === null ? one.name : showTag(one.tag)}
              </a>
            </span>
            <span class="num quiet">{one.room_name ?? "–"}</span>
          </li>
        ))}
      </ul>
      {rest > 0 ? <p class="small quiet">{t("plan.more_subjects", { n: rest })}</p> : null}
    </>
  );
}
