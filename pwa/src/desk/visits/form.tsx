/** A new visit: which school, which days, who walks it, and whether last time's answers are hidden. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { NewVisit } from "../../domain/generated/audits";
import type { School } from "../../domain/generated/estate";
import { call, callAll } from "../api";
import { isoDay } from "../dates";
import { useSchools } from "../matrix/home";
import { FaultList, type Faults, Field, FormActs, SelectField, TextField } from "../parts/form";
import { tell } from "../parts/notice";
import { Head } from "../parts/page";
import { useSubmit } from "../parts/submit";
import { forget, useResource } from "../resource";
import { go } from "../route";
import { t, word } from "../say";

type Draft = Required<NewVisit>;

const ORDER = ["school_id", "name", "starts_on", "ends_on", "team"];
const WALKS = ["consultant", "technician", "trust_it"];

export function NewVisitPage(): JSX.Element {
  const schools = useSchools();
  return (
    <main id="main" class="main">
      <div class="body narrow-body">
        <Head
          title={t("visits.new")}
          crumbs={[{ words: t("visits.title"), path: "/visits" }, { words: t("visits.new") }]}
          facts={t("visits.new.facts")}
        />
        <VisitForm schools={schools.data ?? []} />
      </div>
    </main>
  );
}

function VisitForm(props: { schools: readonly School[] }): JSX.Element {
  const [draft, setDraft] = useState<Draft>(() => newDraft(isoDay(new Date())));
  const { faults, failed, busy, run } = useSubmit(ORDER);
  const submit = (event: Event): void =>
    void run(
      event,
      () => check(draft),
      () => make(draft),
    );
  const set = (change: Partial<Draft>): void => setDraft({ ...draft, ...change });
  return (
    <form class="form" noValidate onSubmit={submit}>
      <FaultList faults={faults} failed={failed} />
      <SelectField
        name="school_id"
        label={t("matrix.school")}
        value={draft.school_id}
        faults={faults}
        options={[
          ["", t("form.choose")],
          ...props.schools.map((school) => [school.id, school.name] as const),
        ]}
        change={(school_id) => set({ school_id })}
      />
      <TextField
        name="name"
        label={t("visits.name")}
        hint={t("visits.name.hint")}
        value={draft.name}
        faults={faults}
        change={(name) => set({ name })}
      />
      <Days draft={draft} faults={faults} set={set} />
      <Team chosen={draft.team} faults={faults} choose={(team) => set({ team })} />
      <Blind draft={draft} set={set} />
      <FormActs save={t("visits.make")} busy={busy} cancel={() => go("/visits")} />
    </form>
  );
}

function newDraft(today: string): Draft {
  return { school_id: "", name: "", starts_on: today, ends_on: today, blind: false, team: [] };
}

function Blind(props: { draft: Draft; set: (change: Partial<Draft>) => void }): JSX.Element {
  return (
    <label class="tick">
      <input
        type="checkbox"
        name="blind"
        checked={props.draft.blind}
        onChange={(event) => props.set({ blind: event.currentTarget.checked })}
      />
      <span>
        {t("visits.blind")}
        <span class="hint">{t("visits.blind.hint")}</span>
      </span>
    </label>
  );
}

function Days(props: {
  draft: Draft;
  faults: Faults;
  set: (change: Partial<Draft>) => void;
}): JSX.Element {
  const { draft, faults, set } = props;
  return (
    <div class="fields two">
      <TextField
        name="starts_on"
        label={t("visits.starts")}
        type="date"
        value={draft.starts_on}
        faults={faults}
        change={(starts_on) =>
          set(starts_on > draft.ends_on ? { starts_on, ends_on: starts_on } : { starts_on })
        }
      />
      <TextField
        name="ends_on"
        label={t("visits.ends")}
        type="date"
        value={draft.ends_on}
        faults={faults}
        change={(ends_on) => set({ ends_on })}
      />
    </div>
  );
}

async function make(draft: Draft): Promise<void> {
  const made = await call("POST /api/visits", draft);
  forget("visits");
  tell(t("visits.made"));
  go(`/visits/${made.id}`);
}

/** What this form can know before the server does. */
export function check(draft: {
  school_id: string;
  name: string;
  starts_on: string;
  ends_on: string;
}): Faults {
  const found: [string, string][] = [];
  if (draft.school_id === "") found.push(["school_id", t("visits.fault.school")]);
  if (draft.name.trim() === "") found.push(["name", t("visits.fault.name")]);
  if (draft.starts_on === "") found.push(["starts_on", t("visits.fault.starts")]);
  if (draft.ends_on < draft.starts_on) found.push(["ends_on", t("visits.fault.ends")]);
  return found;
}

function Team(props: {
  chosen: readonly string[];
  faults: Faults;
  choose: (team: string[]) => void;
}): JSX.Element {
  const people = useResource("people", (signal) => callAll("GET /api/people", {}, signal));
  const walkers = (people.data ?? []).filter((one) =>
    one.roles.some((role) => WALKS.includes(role)),
  );
  const toggle = (id: string, on: boolean): void =>
    props.choose(on ? [...props.chosen, id] : props.chosen.filter((one) => one !== id));
  return (
    <Field name="team" label={t("visits.team")} hint={t("visits.team.hint")} faults={props.faults}>
      {({ id, describedBy }) => (
        <fieldset id={id} class="ticks" tabIndex={-1} aria-describedby={describedBy}>
          <legend class="sr">{t("visits.team")}</legend>
          {walkers.length === 0 ? <p class="quiet">{t("visits.team.none")}</p> : null}
          {walkers.map((person) => (
            <label key={person.id} class="tick">
              <input
                type="checkbox"
                checked={props.chosen.includes(person.id)}
                onChange={(event) => toggle(person.id, event.currentTarget.checked)}
              />
              <span>
                {person.name}{" "}
                <span class="quiet small">
                  {person.roles.map((role) => word("role", role)).join(", ")}
                </span>
              </span>
            </label>
          ))}
        </fieldset>
      )}
    </Field>
  );
}
