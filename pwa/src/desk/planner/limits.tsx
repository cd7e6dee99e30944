/** The yearly limits of a plan: one row a school, one column a year, in whole pounds. */
import type { JSX } from "preact";
import type { Limit, PlanSchool } from "../../domain/generated/planning";
import { readPounds, wholePounds } from "../money";
import type { Faults } from "../parts/form";
import { faultOf } from "../parts/form";
import { Heads } from "../parts/heads";
import { t } from "../say";
import { yearLabel } from "./model";

export type LimitDraft = Readonly<Record<string, string>>;

export function limitKey(school: string, year: number): string {
  return `limit-${school}-${year}`;
}

/** The amounts of a form; a year without a limit is left empty. */
export function draftLimits(limits: readonly Limit[]): LimitDraft {
  return Object.fromEntries(
    limits.map((limit) => [limitKey(limit.school_id, limit.year), pounds(limit.pence)] as const),
  );
}

/** The limits that a plan has, school by school. */
export function limitsOf(schools: readonly PlanSchool[]): Limit[] {
  return schools.flatMap((school) =>
    school.years.flatMap(({ year, limit_pence: pence }) =>
      pence === null ? [] : [{ school_id: school.id, year, pence }],
    ),
  );
}

function pounds(pence: number): string {
  return pence % 100 === 0 ? String(pence / 100) : (pence / 100).toFixed(2);
}

/** Amounts in pence, and every amount that cannot be read; an empty year is left to the year before. */
export function readLimits(
  draft: LimitDraft,
  schools: readonly { id: string; name: string }[],
  startsOn: string,
  years: number,
): { limits: Limit[]; faults: Faults } {
  const limits: Limit[] = [];
  const faults: [string, string][] = [];
  for (const school of schools) {
    for (let year = 1; year <= years; year += 1) {
      const key = limitKey(school.id, year);
      const text = (draft[key] ?? "").trim();
      if (text === "") continue;
      const pence = readPounds(text);
      if (pence === null) {
        const where = { school: school.name, year: yearLabel(startsOn, year) };
        faults.push([key, t("limits.fault", where)]);
      } else limits.push({ school_id: school.id, year, pence });
    }
  }
  return { limits, faults };
}

export function LimitsTable(props: {
  schools: readonly { id: string; name: string }[];
  startsOn: string;
  years: number;
  draft: LimitDraft;
  faults: Faults;
  change: (draft: LimitDraft) => void;
}): JSX.Element {
  const years = Array.from({ length: props.years }, (_, at) => at + 1);
  return (
    <div class="scroll">
      <table class="table mid limits">
        <caption>
          {t("limits.caption")}
          <span class="hint">{t("limits.hint")}</span>
        </caption>
        <Heads
          of={[
            t("matrix.school"),
            ...years.map((year) => [yearLabel(props.startsOn, year), "num"] as const),
          ]}
        />
        <tbody>
          {props.schools.map((school) => (
            <tr key={school.id}>
              <th scope="row">{school.name}</th>
              {years.map((year) => (
                <td key={year} class="num">
                  <Amount {...props} school={school} year={year} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        <Sums draft={props.draft} schools={props.schools} years={years} />
      </table>
    </div>
  );
}

function Sums(props: {
  draft: LimitDraft;
  schools: readonly { id: string }[];
  years: readonly number[];
}): JSX.Element {
  return (
    <tfoot>
      <tr class="total">
        <th scope="row">{t("limits.all")}</th>
        {props.years.map((year) => (
          <td key={year} class="num">
            {wholePounds(yearSum(props.draft, props.schools, year)).slice(1)}
          </td>
        ))}
      </tr>
    </tfoot>
  );
}

function yearSum(draft: LimitDraft, schools: readonly { id: string }[], year: number): number {
  return schools.reduce((total, school) => total + carried(draft, school.id, year), 0);
}

/** A year without an amount has that of the year before it. */
function carried(draft: LimitDraft, school: string, year: number): number {
  for (let at = year; at >= 1; at -= 1) {
    const text = (draft[limitKey(school, at)] ?? "").trim();
    if (text !== "") return readPounds(text) ?? 0;
  }
  return 0;
}

function Amount(props: {
  school: { id: string; name: string };
  year: number;
  startsOn: string;
  draft: LimitDraft;
  faults: Faults;
  change: (draft: LimitDraft) => void;
}): JSX.Element {
  const key = limitKey(props.school.id, props.year);
  const fault = faultOf(props.faults, key);
  return (
    <input
      id={`f-${key}`}
      type="text"
      inputMode="decimal"
      class="amount"
      aria-label={t("limits.said", {
        school: props.school.name,
        year: yearLabel(props.startsOn, props.year),
      })}
      aria-invalid={fault !== undefined}
      value={props.draft[key] ?? ""}
      onInput={(event) => props.change({ ...props.draft, [key]: event.currentTarget.value })}
    />
  );
}
