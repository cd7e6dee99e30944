/** The plan lines that replace one thing, found through its school's lines in the newest ready plan. */
import type { JSX } from "preact";
import type { Line, Plan } from "../../domain/generated/planning";
import { call, callAll } from "../api";
import { Pounds } from "../parts/pounds";
import { useResource } from "../resource";
import { href } from "../route";
import { t } from "../say";
import { mayPlan, session } from "../session";
import type { Whole } from "./edit.model";

const AT_ONCE = 8;

interface Planned {
  readonly plan: Plan;
  readonly line: Line;
}

export function PlanLinesOf(props: { kind: string; subject: Whole }): JSX.Element | null {
  const { subject } = props;
  const reads = mayPlan() || session.value?.roles.includes("leader") === true;
  const found = useResource(reads ? `planned ${subject.id}` : null, (signal) =>
    readPlanned(subject, signal),
  );
  if (!reads || found.data === undefined) return null;
  return (
    <section>
      <h2>{t("planned.title")}</h2>
      {found.data.length === 0 ? (
        <p class="quiet">{t("planned.none")}</p>
      ) : (
        <ul class="plain-list">
          {found.data.map(({ plan, line }) => (
            <li key={line.id}>
              <a href={href(`/plans/${plan.id}?line=${line.id}`)}>
                {t("planned.line", { label: line.label, n: line.quantity, type: line.type_name })}
              </a>
              <span class="quiet">
                {" "}
                {plan.name}, <Pounds pence={line.unit_pence} /> {t("planned.each")}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Lines of its type are asked a few at a time until one holds it: a thing is replaced once. */
async function readPlanned(subject: Whole, signal: AbortSignal): Promise<Planned[]> {
  const plans = await call("GET /api/plans", {}, signal);
  const plan = plans.items.find((one) => one.state === "ready");
  if (plan === undefined) return [];
  const asked = { plan_id: plan.id, school_id: subject.school_id };
  const lines = await callAll("GET /api/plans/{plan_id}/lines", asked, signal);
  const same = lines.filter((line) => line.asset_type_id === subject.asset_type_id);
  for (let from = 0; from < same.length; from += AT_ONCE) {
    const some = same.slice(from, from + AT_ONCE);
    const held = await Promise.all(some.map((line) => holds(line.id, subject.id, signal)));
    const found = some.filter((_, at) => held[at] === true);
    if (found.length > 0) return found.map((line) => ({ plan, line }));
  }
  return [];
}

async function holds(line: string, subject: string, signal: AbortSignal): Promise<boolean> {
  const asked = { line_id: line };
  const subjects = await callAll("GET /api/plan-lines/{line_id}/subjects", asked, signal, 2000);
  return subjects.some((one) => one.subject_id === subject);
}
