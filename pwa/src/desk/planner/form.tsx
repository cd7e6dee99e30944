/** A new plan: for whom, from when, how many years, and what each school may spend each year. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { School } from "../../domain/generated/estate";
import type { Limit, NewPlan } from "../../domain/generated/planning";
import { call } from "../api";
import { useSchools } from "../matrix/home";
import { FaultList, type Faults, FormActs, SelectField, TextField } from "../parts/form";
import { Head, Segments } from "../parts/page";
import { Shown } from "../parts/states";
import { useSubmit } from "../parts/submit";
import { forget } from "../resource";
import { go } from "../route";
import { t } from "../say";
import { type LimitDraft, LimitsTable, limitKey, readLimits } from "./limits";

interface Draft {
  readonly body: string; // trust:id or school:id
  readonly name: string;
  readonly starts_on: string;
  readonly years: Years;
  readonly uplift: string;
  readonly limits: LimitDraft;
}

const ORDER = ["body", "trust_id", "school_id", "name", "starts_on", "years", "uplift", "limits"];
type Years = NewPlan["years"];
const YEARS: readonly Years[] = [3, 4, 5];

export function NewPlanPage(): JSX.Element {
  const schools = useSchools();
  return (
    <main id="main" class="main">
      <div class="body">
        <Head
          title={t("plans.new")}
          crumbs={[{ words: t("plans.title"), path: "/plans" }, { words: t("plans.new") }]}
          facts={t("plans.new.facts")}
        />
        <Shown of={schools}>{(all) => <PlanForm schools={all} />}</Shown>
      </div>
    </main>
  );
}

/** Trusts, then schools that stand alone: what a plan can be for. */
export function bodies(schools: readonly School[]): (readonly [string, string])[] {
  const trusts = new Map<string, string>();
  for (const school of schools) {
    if (school.trust_id !== null) trusts.set(`trust:${school.trust_id}`, school.trust_name ?? "");
  }
  const alone = schools
    .filter((school) => school.trust_id === null)
    .map((school) => [`school:${school.id}`, school.name] as const);
  return [...trusts, ...alone];
}

export function schoolsOf(body: string, schools: readonly School[]): School[] {
  const [kind, id] = body.split(":");
  return schools.filter((school) => (kind === "trust" ? school.trust_id === id : school.id === id));
}

/** The first day of the plan year that runs now: from September, or from April where a school counts so. */
export function nextStart(now: Date, month = 9): string {
  const year = now.getMonth() + 1 >= month ? now.getFullYear() : now.getFullYear() - 1;
  return `${year}-${String(month).padStart(2, "0")}-01`;
}

function PlanForm(props: { schools: readonly School[] }): JSX.Element {
  const choices = bodies(props.schools);
  const [draft, setDraft] = useState<Draft>(() => newDraft(choices[0]?.[0] ?? ""));
  const { faults, failed, busy, run } = useSubmit(ORDER);
  const set = (change: Partial<Draft>): void => setDraft({ ...draft, ...change });
  const mine = schoolsOf(draft.body, props.schools);
  const submit = (event: Event): void => {
    const read = readLimits(draft.limits, mine, draft.starts_on, draft.years);
    const check = (): Faults => [...checkPlan(draft), ...read.faults, ...nothingToSpend(read)];
    void run(event, check, () => make(draft, read.limits));
  };
  const shared = { schools: mine, years: draft.years, faults };
  return (
    <form class="form" noValidate onSubmit={submit}>
      <FaultList faults={faults} failed={failed} />
      <Basics draft={draft} choices={choices} faults={faults} set={set} />
      <YearsChoice years={draft.years} choose={(years) => set({ years })} />
      <SameForAll {...shared} fill={(limits) => set({ limits })} />
      <LimitsTable
        {...shared}
        startsOn={draft.starts_on}
        draft={draft.limits}
        change={(limits) => set({ limits })}
      />
      <FormActs save={t("plans.make")} busy={busy} cancel={() => go("/plans")} />
    </form>
  );
}

function newDraft(body: string): Draft {
  const starts_on = nextStart(new Date());
  return { body, name: "", starts_on, years: 5, uplift: "3", limits: {} };
}

function Basics(props: {
  draft: Draft;
  choices: readonly (readonly [string, string])[];
  faults: Faults;
  set: (change: Partial<Draft>) => void;
}): JSX.Element {
  const { draft, faults, set } = props;
  const field = (name: "body" | "name" | "starts_on" | "uplift") => ({
    name,
    value: draft[name],
    faults,
    change: (value: string) => set({ [name]: value }),
  });
  return (
    <div class="fields two">
      <SelectField {...field("body")} label={t("plans.for")} options={props.choices} />
      <TextField {...field("name")} label={t("plans.name")} />
      <TextField
        {...field("starts_on")}
        label={t("plans.starts")}
        hint={t("plans.starts.hint")}
        type="date"
      />
      <TextField
        {...field("uplift")}
        label={t("plans.uplift")}
        hint={t("plans.uplift.hint")}
        inputMode="decimal"
        narrow={true}
      />
    </div>
  );
}

export function YearsChoice(props: { years: Years; choose: (years: Years) => void }): JSX.Element {
  return (
    <div class="field">
      <span class="label">{t("plans.how_long")}</span>
      <Segments
        label={t("plans.how_long")}
        options={YEARS.map((n) => [String(n), t("plans.n_years", { n })] as const)}
        chosen={String(props.years)}
        choose={(n) => props.choose(YEARS.find((one) => String(one) === n) ?? props.years)}
      />
    </div>
  );
}

function SameForAll(props: {
  schools: readonly School[];
  years: number;
  faults: Faults;
  fill: (limits: LimitDraft) => void;
}): JSX.Element {
  const [amount, setAmount] = useState("");
  const fill = (): void => {
    const keys = props.schools.flatMap((school) =>
      Array.from({ length: props.years }, (_, at) => limitKey(school.id, at + 1)),
    );
    props.fill(Object.fromEntries(keys.map((key) => [key, amount] as const)));
  };
  return (
    <div class="row end-line">
      <TextField
        name="same"
        label={t("limits.same")}
        inputMode="decimal"
        narrow={true}
        value={amount}
        faults={props.faults}
        change={setAmount}
      />
      <button type="button" class="btn" onClick={fill}>
        {t("limits.fill")}
      </button>
    </div>
  );
}

/** Send the plan and go to it: its page follows the job that solves it. */
async function make(draft: Draft, limits: readonly Limit[]): Promise<void> {
  const made = await call("POST /api/plans", {
    ...bodyOf(draft.body),
    name: draft.name.trim(),
    starts_on: draft.starts_on,
    years: draft.years,
    uplift: upliftOf(draft.uplift) ?? 0,
    limits,
  });
  forget("plan");
  go(`/plans/${made.id}?job=${made.job_id}`);
}

/** Limits that are all empty or 0 would make an empty plan: a slip, not a wish. */
export function nothingToSpend(read: { limits: readonly Limit[]; faults: Faults }): Faults {
  const any = read.faults.length > 0 || read.limits.some((limit) => limit.pence > 0);
  return any ? [] : [["same", t("plans.fault.limits")]];
}

function bodyOf(body: string): Record<string, string> {
  const [kind, id] = body.split(":");
  return { [kind === "trust" ? "trust_id" : "school_id"]: id ?? "" };
}

/** "3" or "2.5" per cent a year as thousandths; null when it is neither. */
export function upliftOf(text: string): number | null {
  const match = /^(\d{1,2})(?:\.(\d))?%?$/.exec(text.trim());
  return match === null ? null : Number(match[1]) * 10 + Number(match[2] ?? 0);
}

export function checkPlan(draft: {
  body: string;
  name: string;
  starts_on: string;
  uplift: string;
}): Faults {
  const found: [string, string][] = [];
  if (draft.body === "") found.push(["body", t("plans.fault.body")]);
  if (draft.name.trim() === "") found.push(["name", t("plans.fault.name")]);
  if (draft.starts_on === "") found.push(["starts_on", t("plans.fault.starts")]);
  if (upliftOf(draft.uplift) === null) found.push(["uplift", t("plans.fault.uplift")]);
  return found;
}
