/** The plans of the organisation. */
import type { JSX } from "preact";
import type { School } from "../../domain/generated/estate";
import type { Plan } from "../../domain/generated/planning";
import { callAll } from "../api";
import { shortDay } from "../dates";
import { stepRow, useKeys } from "../keys";
import { useSchools } from "../matrix/home";
import { Heads } from "../parts/heads";
import { Head } from "../parts/page";
import { Empty, Shown } from "../parts/states";
import { useResource } from "../resource";
import { go, href } from "../route";
import { t, word } from "../say";
import { mayPlan } from "../session";
import { yearLabel } from "./model";

export function Plans(): JSX.Element {
  const plans = useResource("plans", (signal) => callAll("GET /api/plans", {}, signal));
  useKeys({
    j: () => stepRow(1),
    k: () => stepRow(-1),
    n: () => mayPlan() && go("/plans/new"),
  });
  return (
    <main id="main" class="main">
      <div class="body">
        <Head title={t("plans.title")} facts={t("plans.facts")}>
          {mayPlan() ? (
            <a class="btn main-act" href={href("/plans/new")}>
              {t("plans.new")} <kbd>n</kbd>
            </a>
          ) : null}
        </Head>
        <Shown of={plans}>
          {(all) =>
            all.length === 0 ? (
              <Empty title={t("plans.empty")} words={t("plans.empty.words")} />
            ) : (
              <Rows plans={all} />
            )
          }
        </Shown>
      </div>
    </main>
  );
}

function Rows(props: { plans: readonly Plan[] }): JSX.Element {
  const schools = useSchools().data ?? [];
  return (
    <div class="scroll">
      <table class="table mid rows-stack">
        <caption class="sr">{t("plans.title")}</caption>
        <Heads
          of={[
            t("plans.one"),
            t("plans.for"),
            t("plans.years"),
            t("plans.state"),
            [t("plans.made"), "num"],
          ]}
        />
        <tbody>
          {props.plans.map((plan) => (
            <tr key={plan.id}>
              <th scope="row">
                <a href={href(`/plans/${plan.id}`)} data-row="">
                  {plan.name}
                </a>
              </th>
              <td>{bodyOf(plan, schools)}</td>
              <td class="nowrap">{spanOf(plan)}</td>
              <td>{word("plan_state", plan.state)}</td>
              <td class="num">{shortDay(plan.solved_at ?? plan.made_at)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function spanOf(plan: Plan): string {
  return t("plans.span", {
    from: yearLabel(plan.starts_on, 1),
    to: yearLabel(plan.starts_on, plan.years),
  });
}

export function bodyOf(plan: Plan, schools: readonly School[]): string {
  const school = schools.find((one) => one.id === plan.school_id);
  const trust = schools.find((one) => one.trust_id !== null && one.trust_id === plan.trust_id);
  return school?.name ?? trust?.trust_name ?? "";
}
