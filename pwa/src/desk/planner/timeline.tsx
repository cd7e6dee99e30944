/** The plan by year: totals against limits, then each type's lines as bars; the overhang hatched. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Line, PlanDetail, Year } from "../../domain/generated/planning";
import { thousands, wholePounds, wholeThousands } from "../money";
import { Pounds } from "../parts/pounds";
import { href, place, setQuery } from "../route";
import { t } from "../say";
import { shortNames } from "../short-names";
import { folded, type Lane, splitYears, sum } from "./model";

const BARS_A_CELL = 4;

/** What every bar is drawn by: the measure, the chosen line, the short names of schools. */
interface Drawn {
  readonly full: number;
  readonly chosen: string | null;
  readonly names: ReadonlyMap<string, string>;
}

export function Timeline(props: {
  answer: PlanDetail;
  lanes: readonly Lane[];
  full: number;
  chosen: string | null;
}): JSX.Element {
  const { answer, lanes } = props;
  const names = shortNames(answer.schools.map((school) => school.name));
  const drawn: Drawn = { full: props.full, chosen: props.chosen, names };
  const { plan, over } = splitYears(answer.years);
  return (
    <>
      <div class="planner-scroll">
        <table class="planner">
          <caption class="sr">{t("plan.caption")}</caption>
          <colgroup>
            <col class="lane" />
            {plan.map((year) => (
              <col key={year.year} />
            ))}
            {over.map((year) => (
              <col key={year.year} class="over" />
            ))}
          </colgroup>
          <YearHeads plan={plan} over={over} />
          <tbody>
            <Totals plan={plan} over={over} />
            {lanes.map((lane) => (
              <LaneRow key={lane.typeId} lane={lane} plan={plan} over={over} of={drawn} />
            ))}
          </tbody>
        </table>
      </div>
      <Legend plan={plan} over={over} />
    </>
  );
}

function YearHeads(props: { plan: readonly Year[]; over: readonly Year[] }): JSX.Element {
  return (
    <thead>
      <tr>
        <th scope="col">
          <span class="sr">{t("estate.type")}</span>
        </th>
        {props.plan.map((year) => (
          <th key={year.year} scope="col">
            <strong>{year.label}</strong>
          </th>
        ))}
        {props.over.map((year) => (
          <th key={year.year} scope="col" class="over tiny">
            {year.label.slice(2)}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function Totals(props: { plan: readonly Year[]; over: readonly Year[] }): JSX.Element {
  const most = Math.max(
    1,
    ...props.plan.map((year) => Math.max(year.total_pence, year.limit_pence ?? 0)),
  );
  return (
    <tr>
      <th scope="row">
        <strong>{t("plan.capital")}</strong>
        <small>{t("plan.against_limit")}</small>
      </th>
      {props.plan.map((year) => (
        <td key={year.year}>
          <Bullet year={year} most={most} />
          <strong>
            <Pounds pence={year.total_pence} />
          </strong>
          <small class={isOver(year) ? "over-limit" : undefined}>{leftWords(year)}</small>
        </td>
      ))}
      {props.over.map((year) => (
        <td key={year.year} class="over">
          <strong>
            <a href={tablePath()}>{wholeThousands(year.total_pence)}</a>
          </strong>
          <small>{t("plan.due")}</small>
        </td>
      ))}
    </tr>
  );
}

function isOver(year: Year): boolean {
  return year.limit_pence !== null && year.total_pence > year.limit_pence;
}

function leftWords(year: Year): string {
  if (year.limit_pence === null) return t("plan.no_limit");
  const limit = wholeThousands(year.limit_pence);
  if (isOver(year)) {
    return t("plan.over", { by: wholePounds(year.total_pence - year.limit_pence), limit });
  }
  return t("plan.left", { left: wholePounds(year.limit_pence - year.total_pence), limit });
}

function Bullet(props: { year: Year; most: number }): JSX.Element {
  const { year, most } = props;
  const share = (pence: number): string => `${(100 * pence) / most}%`;
  const said = t("plan.year_said", {
    year: year.label,
    total: wholePounds(year.total_pence),
    limit: year.limit_pence === null ? t("plan.no_limit") : wholePounds(year.limit_pence),
  });
  return (
    <span class="bullet" role="img" aria-label={said}>
      <i class="must" style={{ width: share(year.must_pence) }} />
      <i class="rest" style={{ width: share(year.total_pence), left: "0" }} />
      {year.limit_pence === null ? null : <b style={{ left: share(year.limit_pence) }} />}
    </span>
  );
}

function LaneRow(props: {
  lane: Lane;
  plan: readonly Year[];
  over: readonly Year[];
  of: Drawn;
}): JSX.Element {
  const { lane } = props;
  const [open, setOpen] = useState(false);
  return (
    <tr>
      <th scope="row">{lane.typeName}</th>
      {props.plan.map((year) => (
        <td key={year.year}>
          <Bars
            lines={lane.byYear.get(year.year) ?? []}
            open={open}
            unfold={() => setOpen(true)}
            of={props.of}
          />
        </td>
      ))}
      {props.over.map((year) => {
        const due = sum(lane.byYear.get(year.year) ?? []);
        return (
          <td key={year.year} class="over">
            {due === 0 ? "" : <a href={tablePath()}>{wholeThousands(due)}</a>}
          </td>
        );
      })}
    </tr>
  );
}

/** What falls due after the plan is listed in the table, year by year. */
function tablePath(): string {
  const query = new URLSearchParams(place.value.query);
  query.set("view", "table");
  return href(`${place.value.path}?${query}`);
}

function Bars(props: {
  lines: readonly Line[];
  open: boolean;
  unfold: () => void;
  of: Drawn;
}): JSX.Element {
  const chosen = props.lines.some((line) => line.id === props.of.chosen);
  const most = props.open || chosen ? props.lines.length : BARS_A_CELL;
  const { shown, rest, restPence } = folded(props.lines, most);
  return (
    <>
      {shown.map((line) => (
        <Bar key={line.id} line={line} of={props.of} />
      ))}
      {rest === 0 ? null : (
        <button type="button" class="bar more" onClick={props.unfold}>
          <span class="who">{t("plan.more", { n: rest })}</span>
          <span class="k">{thousands(restPence)}</span>
        </button>
      )}
    </>
  );
}

function Bar(props: { line: Line; of: Drawn }): JSX.Element {
  const { line, of } = props;
  const on = of.chosen === line.id;
  const marks = ["bar", line.must_do ? "must" : "", on ? "on" : ""];
  return (
    <button
      type="button"
      class={marks.filter((mark) => mark !== "").join(" ")}
      data-bar={line.id}
      aria-pressed={on}
      title={barSaid(line)}
      style={{ "--w": `${Math.min(100, (100 * line.total_pence) / of.full)}%` }}
      onClick={() => setQuery({ line: on ? null : line.id })}
    >
      <span class="who">{of.names.get(line.school_name) ?? line.school_name}</span>
      <em>{line.quantity}</em>
      <span class="k">{thousands(line.total_pence)}</span>
      <span class="sr">{barSaid(line)}</span>
    </button>
  );
}

function barSaid(line: Line): string {
  const said = t("plan.bar_said", {
    school: line.school_name,
    type: line.type_name,
    n: line.quantity,
    total: wholePounds(line.total_pence),
    year: line.label,
  });
  return line.must_do ? `${said}, ${t("plan.must").toLowerCase()}` : said;
}

function Legend(props: { plan: readonly Year[]; over: readonly Year[] }): JSX.Element {
  const must = props.plan.reduce((total, year) => total + year.must_pence, 0);
  const due = props.over.reduce((total, year) => total + year.total_pence, 0);
  return (
    <p class="legend">
      <span>
        <i class="bar must sample" aria-hidden="true" />{" "}
        {t("plan.must_legend", { total: wholePounds(must) })}
      </span>
      {props.over.length === 0 ? null : (
        <span>{t("plan.over_legend", { total: wholePounds(due) })}</span>
      )}
      <span class="keys">
        <kbd>←</kbd> <kbd>→</kbd> <kbd>↑</kbd> <kbd>↓</kbd> {t("keys.bar")} <kbd>Esc</kbd>{" "}
        {t("keys.close")}
      </span>
    </p>
  );
}
