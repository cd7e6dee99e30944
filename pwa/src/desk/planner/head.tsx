/** The plan's name, what it comes to, and what can be done with it. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Plan, PlanDetail } from "../../domain/generated/planning";
import { call } from "../api";
import { shortDay } from "../dates";
import { useKeys } from "../keys";
import { useSchools } from "../matrix/home";
import { Ask, tell } from "../parts/notice";
import { Head } from "../parts/page";
import { Pounds } from "../parts/pounds";
import { inWords } from "../problems";
import { forget } from "../resource";
import { go, setQuery } from "../route";
import { t } from "../say";
import { mayPlan } from "../session";
import { bodyOf, spanOf } from "./list";
import { splitYears } from "./model";

export function PlanHead(props: {
  answer: PlanDetail;
  edit: () => void;
  solving: boolean;
}): JSX.Element {
  const { plan } = props.answer;
  return (
    <Head
      title={plan.name}
      crumbs={[{ words: t("plans.title"), path: "/plans" }, { words: plan.name }]}
      facts={<PlanFacts answer={props.answer} />}
    >
      {mayPlan() ? <PlanActs {...props} /> : null}
    </Head>
  );
}

function PlanFacts(props: { answer: PlanDetail }): JSX.Element {
  const { plan, years, risk } = props.answer;
  const schools = useSchools().data ?? [];
  const total = splitYears(years).plan.reduce((sum, year) => sum + year.total_pence, 0);
  const removed =
    risk.before === 0
      ? ""
      : ` ${t("plan.risk", { share: Math.round((100 * (risk.before - risk.after)) / risk.before) })}`;
  const solved =
    plan.solved_at === null ? "" : ` ${t("plan.solved", { on: shortDay(plan.solved_at) })}`;
  return (
    <>
      {bodyOf(plan, schools)}, {spanOf(plan)}: <Pounds pence={total} />{" "}
      {t("plan.over_years", { n: plan.years })}
      {removed}
      {solved}
    </>
  );
}

function PlanActs(props: { answer: PlanDetail; edit: () => void; solving: boolean }): JSX.Element {
  const { plan } = props.answer;
  const [asking, setAsking] = useState(false);
  const solve = async (): Promise<void> => {
    if (!props.solving) await solveAgain(plan.id);
  };
  const remove = async (yes: boolean): Promise<void> => {
    setAsking(false);
    if (yes) await deletePlan(plan);
  };
  useKeys({ s: () => void solve() });
  return (
    <>
      <button type="button" class="btn bare" onClick={() => setAsking(true)}>
        {t("act.delete")}
      </button>
      <button type="button" class="btn" onClick={props.edit}>
        {t("plan.edit")}
      </button>
      <button
        type="button"
        class="btn main-act"
        aria-disabled={props.solving}
        onClick={() => void solve()}
      >
        {props.solving ? t("plan.solving") : t("plan.solve")} <kbd>s</kbd>
      </button>
      {asking ? (
        <Ask
          title={t("plan.delete.ask", { name: plan.name })}
          words={t("plan.delete.words")}
          yes={t("act.delete")}
          answer={(yes) => void remove(yes)}
        />
      ) : null}
    </>
  );
}

async function solveAgain(id: string): Promise<void> {
  try {
    const { job_id } = await call("POST /api/plans/{plan_id}/solve", { plan_id: id });
    setQuery({ job: job_id, line: null });
  } catch (problem) {
    tell(inWords(problem).title);
  }
}

async function deletePlan(plan: Plan): Promise<void> {
  try {
    await call("DELETE /api/plans/{plan_id}", { plan_id: plan.id });
    forget("plan");
    tell(t("plan.deleted", { name: plan.name }));
    go("/plans", { replace: true });
  } catch (problem) {
    tell(inWords(problem).title);
  }
}
