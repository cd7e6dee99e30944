/** Change a plan's name, length and limits, then solve it again. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { send } from "../api";
import { FaultList, type Faults, FormActs, TextField } from "../parts/form";
import { fieldFaults, inWords } from "../problems";
import { setQuery } from "../route";
import { t } from "../say";
import { YearsChoice } from "./form";
import { draftLimits, LimitsTable, limitsOf, readLimits } from "./limits";
import type { PlanAnswer } from "./shapes";

export function EditLimits(props: {
  answer: PlanAnswer;
  close: () => void;
  saved: () => void;
}): JSX.Element {
  const { plan, schools } = props.answer;
  const [name, setName] = useState(plan.name);
  const [years, setYears] = useState(plan.years);
  const [draft, setDraft] = useState(() => draftLimits(limitsOf(schools)));
  const [faults, setFaults] = useState<Faults>([]);
  const [failed, setFailed] = useState<string | undefined>();
  const [busy, setBusy] = useState(false);
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const read = readLimits(draft, schools, plan.starts_on, years);
    setFaults(read.faults);
    setFailed(undefined);
    if (busy || read.faults.length > 0) return;
    setBusy(true);
    try {
      await send("PATCH", `/api/plans/${plan.id}`, { name, years, limits: read.limits });
      const { job_id } = await send<{ job_id: string }>("POST", `/api/plans/${plan.id}/solve`);
      props.close();
      props.saved();
      setQuery({ job: job_id, line: null });
    } catch (problem) {
      const said = inWords(problem);
      setFaults(fieldFaults(problem, ["name", "years", "limits"]));
      setFailed(`${said.title}. ${said.detail}`);
      setBusy(false);
    }
  };
  return (
    <form class="form edit" noValidate onSubmit={(event) => void save(event)}>
      <h2>{t("plan.edit")}</h2>
      <FaultList faults={faults} {...(failed === undefined ? {} : { title: failed })} />
      <div class="fields two">
        <TextField
          name="name"
          label={t("plans.name")}
          value={name}
          faults={faults}
          change={setName}
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
