/** Work from a tablet that cannot send: its exported file is handed in here. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { FaultList, Field, FormActs } from "../parts/form";
import { Head } from "../parts/page";
import { useSubmit } from "../parts/submit";
import { go, href } from "../route";
import { t } from "../say";
import { countOf, type HandedIn, handIn } from "./send";

export function UnsentPage(): JSX.Element {
  const [done, setDone] = useState<HandedIn | null>(null);
  return (
    <main id="main" class="main">
      <div class="body narrow-body">
        <Head title={t("unsent.title")} facts={t("unsent.facts")} />
        {done === null ? (
          <FileForm done={setDone} />
        ) : (
          <Done of={done} more={() => setDone(null)} />
        )}
      </div>
    </main>
  );
}

function FileForm(props: { done: (done: HandedIn) => void }): JSX.Element {
  const [file, setFile] = useState<File | null>(null);
  const { faults, failed, busy, run } = useSubmit(["file"]);
  const send = (event: Event): void =>
    void run(
      event,
      () => (file === null ? [["file", t("unsent.fault")]] : []),
      async () => {
        if (file !== null) props.done(await handIn(file));
      },
    );
  return (
    <form class="form" noValidate onSubmit={send}>
      <FaultList faults={faults} failed={failed} />
      <Field name="file" label={t("unsent.file")} hint={t("unsent.hint")} faults={faults}>
        {({ id, describedBy, bad }) => (
          <input
            id={id}
            name="file"
            type="file"
            accept=".zip,application/zip"
            aria-describedby={describedBy}
            aria-invalid={bad}
            onChange={(event) => setFile(event.currentTarget.files?.[0] ?? null)}
          />
        )}
      </Field>
      <FormActs save={t("unsent.send")} busy={busy} cancel={() => go("/visits")} />
    </form>
  );
}

function Done(props: { of: HandedIn; more: () => void }): JSX.Element {
  const { taken, look } = countOf(props.of);
  return (
    <section class="state" role="status">
      <h2>{t("unsent.done", { n: taken })}</h2>
      <p>{t("unsent.done.photos", { n: props.of.photos })}</p>
      {look === 0 ? null : <p>{t("unsent.done.look", { n: look })}</p>}
      <div class="acts">
        {look === 0 ? null : (
          <a class="btn main-act" href={href("/review")}>
            {t("nav.review")}
          </a>
        )}
        <button type="button" class="btn" onClick={props.more}>
          {t("unsent.more")}
        </button>
      </div>
    </section>
  );
}
