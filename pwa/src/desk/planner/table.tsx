/** The plan as a money table: lines by year with a total each, and the total of totals. */
import type { JSX } from "preact";
import type { Line, PlanDetail, Year } from "../../domain/generated/planning";
import { Heads } from "../parts/heads";
import { Plain } from "../parts/pounds";
import { setQuery } from "../route";
import { t, word } from "../say";
import { shortNames } from "../short-names";
import { splitYears, sum } from "./model";

export function PlanTable(props: {
  answer: PlanDetail;
  lines: readonly Line[];
  chosen: string | null;
}): JSX.Element {
  const { plan, over } = splitYears(props.answer.years);
  const names = shortNames(props.answer.schools.map((school) => school.name));
  const inPlan = props.lines.filter((line) => line.year <= props.answer.plan.years);
  return (
    <div class="scroll">
      <table class="table money">
        <caption class="sr">{t("plan.caption")}</caption>
        <Heads
          of={[
            t("plan.line"),
            t("matrix.school"),
            t("plan.why"),
            [t("plan.quantity"), "num"],
            [t("plan.each_pounds"), "num"],
            [t("plan.total_pounds"), "num"],
          ]}
        />
        {[...plan, ...over].map((year) => (
          <YearRows
            key={year.year}
            year={year}
            lines={props.lines.filter((line) => line.year === year.year)}
            over={!year.is_planned}
            chosen={props.chosen}
            names={names}
          />
        ))}
        <tfoot>
          <tr class="total">
            <th scope="row" colSpan={5}>
              {t("plan.total", { n: props.answer.plan.years })}
            </th>
            <td class="num">
              <Plain pence={sum(inPlan)} />
            </td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

function YearRows(props: {
  year: Year;
  lines: readonly Line[];
  over: boolean;
  chosen: string | null;
  names: ReadonlyMap<string, string>;
}): JSX.Element {
  const { year, lines } = props;
  return (
    <tbody class={props.over ? "after" : undefined}>
      <tr class="group">
        <th scope="rowgroup" colSpan={6}>
          {props.over ? t("plan.after", { year: year.label }) : year.label}
        </th>
      </tr>
      {lines.map((line) => (
        <LineRow
          key={line.id}
          line={line}
          on={props.chosen === line.id}
          school={props.names.get(line.school_name) ?? line.school_name}
        />
      ))}
      <tr class="sub">
        <th scope="row" colSpan={5}>
          {props.over ? t("plan.due_in", { year: year.label }) : t("plan.in", { year: year.label })}
        </th>
        <td class="num">
          <Plain pence={sum(lines)} />
        </td>
      </tr>
    </tbody>
  );
}

function LineRow(props: { line: Line; on: boolean; school: string }): JSX.Element {
  const { line } = props;
  return (
    <tr class={props.on ? "on" : undefined}>
      <th scope="row">
        <button type="button" class="link" onClick={() => setQuery({ line: line.id })}>
          {line.type_name}
        </button>
        {line.must_do ? <span class="tag">{t("plan.must")}</span> : null}
      </th>
      <td title={line.school_name}>{props.school}</td>
      <td class="quiet">{line.words}</td>
      <td class="num">{line.quantity}</td>
      <td class="num">
        <Plain pence={line.unit_pence} />
      </td>
      <td class="num">
        <Plain pence={line.total_pence} />
      </td>
    </tr>
  );
}

/** The finance line as a person reads it. */
export function financeWords(line: string): string {
  return word("finance", line);
}
