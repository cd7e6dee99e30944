/** Change a plan's name, length and limits, then solve it again. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { PlanChange, PlanDetail } from "../../domain/generated/planning";
import { call } from "../api";
import { FaultList, FormActs, TextField } from "../parts/form";
import { useSubmit } from "../parts/submit";
import { setQuery } from "../route";
import { t } from "../say";
import { YearsChoice } from "./form";
import { draftLimits, LimitsTable, limitsOf, readLimits } from "./limits";

export function EditLimits(props: {
  answer: PlanDetail;
  close: () => void;
  saved: () => void;
}): JSX.Element {
  const { plan, schools } = props.answer;
  const [name, setName] = useState(plan.name);
  const [years, setYears] = useState(plan.years);
  const [draft, setDraft] = useState(() => draftLimits(limitsOf(schools)));
  const { faults, failed, busy, run } = useSubmit(["name", "years", "limits"]);
  const save = (event: Event): void => {
    const read = readLimits(draft, schools, plan.starts_on, years);
    void run(
      event,
      () => read.faults,
      async () => {
        const job = await solveWith(plan.id, { name, years, limits: read.limits });
        props.close();
        props.saved();
        setQuery({ job, line: null });
      },
    );
  };
  return (
    <form class="form edit" noValidate onSubmit={save}>
      <h2>{t("plan.edit")}</h2>
      <FaultList faults={faults} failed={failed} />
      <div class="fields two">
        <TextField
          name="name"
          label={t("plans.name")}
          {...{ value: name, faults, change: setName }}
        />
        <YearsChoice years={years} choose={setYears} />
      </div>
      <LimitsTable
        schools={schools}
        startsOn={plan.starts_on}
        years={years}
        draft={draft}
        faults={faults}
        change={setDraft}
      />
      <FormActs save={t("plan.save_and_solve")} busy={busy} cancel={props.close} />
    </form>
  );
}

async function solveWith(id: string, change: PlanChange): Promise<string> {
  await call("PATCH /api/plans/{plan_id}", { plan_id: id, ...change });
  return (await call("POST /api/plans/{plan_id}/solve", { plan_id: id })).job_id;
}
