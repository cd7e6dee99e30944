/** Labels: make a batch of tags and download its A4 sheets. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { addressOf } from "../../domain/call";
import type { Batch } from "../../domain/generated/estate";
import { call } from "../api";
import { useSchools } from "../matrix/home";
import { FaultList, FormActs, SelectField, TextField } from "../parts/form";
import { Head } from "../parts/page";
import { useSubmit } from "../parts/submit";
import { go } from "../route";
import { t } from "../say";
import { hasOwnSchoolsOnly } from "../session";

const A_SHEET = 65;
const MOST = 5000;

export function LabelsPage(): JSX.Element {
  const [made, setMade] = useState<Batch | null>(null);
  return (
    <main id="main" class="main">
      <div class="body narrow-body">
        <Head title={t("labels.title")} facts={t("labels.facts")} />
        {made === null ? (
          <BatchForm made={setMade} />
        ) : (
          <Ready batch={made} again={() => setMade(null)} />
        )}
      </div>
    </main>
  );
}

/** How many labels were asked for; null when it is not a count that can be printed. */
export function readCount(text: string): number | null {
  const value = /^\d{1,4}$/.test(text.trim()) ? Number(text) : 0;
  return value >= 1 && value <= MOST ? value : null;
}

function BatchForm(props: { made: (batch: Batch) => void }): JSX.Element {
  const [text, setText] = useState(String(A_SHEET));
  const [school, setSchool] = useState("");
  const choices = useSchoolChoices();
  const { faults, failed, busy, run } = useSubmit(["count", "school_id"]);
  const n = readCount(text);
  const make = (event: Event): void =>
    void run(
      event,
      () => (n === null ? [["count", t("labels.fault", { n: MOST })]] : []),
      async () => {
        if (n === null) return; // said above
        const school_id = school || choices[0]?.[0] || null;
        props.made(await call("POST /api/labels", { count: n, school_id }));
      },
    );
  const sheets = Math.ceil((n ?? 0) / A_SHEET);
  return (
    <form class="form" noValidate onSubmit={make}>
      <FaultList faults={faults} failed={failed} />
      <TextField
        name="count"
        label={t("labels.count")}
        hint={t("labels.count.hint", { n: sheets })}
        inputMode="numeric"
        narrow={true}
        value={text}
        faults={faults}
        change={setText}
      />
      <SelectField
        name="school_id"
        label={t("labels.school")}
        hint={t("labels.school.hint")}
        value={school}
        options={choices}
        faults={faults}
        change={setSchool}
      />
      <FormActs save={t("labels.make")} busy={busy} cancel={() => go("/assets")} />
    </form>
  );
}

/** Any school first, for those who may; School IT chooses among its own. */
function useSchoolChoices(): (readonly [string, string])[] {
  const schools = useSchools().data ?? [];
  const own = schools.map((one) => [one.id, one.name] as const);
  return hasOwnSchoolsOnly() ? own : [["", t("labels.any")] as const, ...own];
}

function Ready(props: { batch: Batch; again: () => void }): JSX.Element {
  const { batch } = props;
  return (
    <section class="state" role="status">
      <h2>{t("labels.ready", { n: batch.count })}</h2>
      <p>{t("labels.ready.words")}</p>
      <div class="acts">
        <a
          class="btn main-act"
          href={addressOf("GET /api/labels/{batch_id}.pdf", batch)}
          download=""
        >
          {t("labels.download")}
        </a>
        <button type="button" class="btn" onClick={props.again}>
          {t("labels.again")}
        </button>
      </div>
    </section>
  );
}
