/** Change a few fields; when somebody else changed the same field meanwhile, both values are shown. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Kind } from "../../domain/generated/ratings";
import { ApiProblem, call } from "../api";
import { shortDay } from "../dates";
import { FaultList, type Faults, FormActs, SelectField, TextField } from "../parts/form";
import { Heads } from "../parts/heads";
import { tell } from "../parts/notice";
import { useSubmit } from "../parts/submit";
import { t, word } from "../say";
import type { Whole } from "./edit.model";
import {
  changeOf,
  type Draft,
  draftOf,
  type Editable,
  editableFields,
  rebased,
} from "./edit.model";

interface EditProps {
  readonly kind: Kind;
  readonly subject: Whole;
  readonly saved: () => void;
  readonly close: () => void;
}

interface Clash {
  readonly field: string;
  readonly mine: string;
  readonly theirs: string;
}

export function EditForm(props: EditProps): JSX.Element {
  const { kind } = props;
  const [draft, setDraft] = useState<Draft>(() => draftOf(kind, props.subject));
  const { clashes, settle, faults, failed, busy, save } = useSave(props, draft, setDraft);
  const take = (clash: Clash, value: string): void => {
    setDraft({ ...draft, [clash.field]: value });
    settle(clash.field);
  };
  return (
    <form class="form edit" onSubmit={save} noValidate>
      <h2>{t("edit.title")}</h2>
      <FaultList faults={faults} failed={failed} />
      {clashes.length === 0 ? null : <Clashes kind={kind} clashes={clashes} take={take} />}
      <div class="fields">
        {editableFields(kind).map((field) => (
          <Input
            key={field.name}
            field={field}
            value={draft[field.name] ?? ""}
            faults={faults}
            change={(value) => setDraft({ ...draft, [field.name]: value })}
          />
        ))}
      </div>
      <FormActs
        save={clashes.length === 0 ? t("act.save") : t("edit.keep_mine")}
        busy={busy}
        cancel={props.close}
      />
    </form>
  );
}

/** Save what was changed; after a conflict the base is what stands now, so saving again is a choice. */
function useSave(props: EditProps, draft: Draft, setDraft: (draft: Draft) => void) {
  const { kind } = props;
  const [seen, setSeen] = useState(props.subject);
  const [clashes, setClashes] = useState<readonly Clash[]>([]);
  const { faults, failed, busy, run } = useSubmit(Object.keys(draft));
  const write = async (): Promise<void> => {
    const before = draftOf(kind, seen);
    const change = changeOf(kind, before, draft, seen.v);
    if (Object.keys(change.set).length === 0) return props.close();
    try {
      await call(`PATCH /api/${kind}s/{subject_id}`, { subject_id: seen.id, ...change });
    } catch (problem) {
      const now = await newest(kind, seen.id, problem);
      if (now === null) throw problem;
      const theirs = draftOf(kind, now);
      setClashes(clashesOf(kind, before, draft, theirs));
      setDraft(rebased(before, draft, theirs));
      setSeen(now);
      return;
    }
    tell(t("edit.saved"));
    props.saved();
  };
  const save = (event: Event): void => void run(event, () => [], write);
  const settle = (field: string): void =>
    setClashes((open) => open.filter((clash) => clash.field !== field));
  return { clashes, settle, faults, failed, busy, save };
}

/** After a conflict: the record as it stands now, to choose against; null for any other problem. */
async function newest(kind: Kind, id: string, problem: unknown): Promise<Whole | null> {
  if (!(problem instanceof ApiProblem) || problem.slug !== "conflict") return null;
  return call(`GET /api/${kind}s/{subject_id}`, { subject_id: id }).catch(() => null);
}

function clashesOf(kind: Kind, before: Draft, mine: Draft, theirs: Draft): Clash[] {
  return editableFields(kind)
    .map((field) => field.name)
    .filter((name) => mine[name] !== before[name] && theirs[name] !== before[name])
    .map((name) => ({ field: name, mine: mine[name] ?? "", theirs: theirs[name] ?? "" }));
}

/** Both values in words, each one press away; what is not settled here is saved as it is typed. */
function Clashes(props: {
  kind: Kind;
  clashes: readonly Clash[];
  take: (clash: Clash, value: string) => void;
}): JSX.Element {
  return (
    <div class="notice a" role="alert">
      <strong>{t("edit.clash")}</strong> {t("edit.clash.words")}
      <table class="table tight">
        <Heads of={[t("edit.field"), t("edit.mine"), t("edit.theirs")]} />
        <tbody>
          {props.clashes.map((clash) => {
            const mine = shown(props.kind, clash.field, clash.mine);
            const theirs = shown(props.kind, clash.field, clash.theirs);
            return (
              <tr key={clash.field}>
                <th scope="row">{word("field", clash.field)}</th>
                <td>
                  <button type="button" class="btn" onClick={() => props.take(clash, clash.mine)}>
                    {t("edit.keep_one", { value: mine })}
                  </button>
                </td>
                <td>
                  <button type="button" class="btn" onClick={() => props.take(clash, clash.theirs)}>
                    {t("edit.take_theirs", { value: theirs })}
                  </button>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** A value of the form as a person reads it: the words of a choice, a day in British order. */
function shown(kind: Kind, name: string, value: string): string {
  const field = editableFields(kind).find((one) => one.name === name);
  if (value === "") return t("value.none");
  if (field?.choices !== undefined) return word(field.choices, value);
  return field?.type === "date" ? shortDay(value) : value;
}

function Input(props: {
  field: Editable;
  value: string;
  faults: Faults;
  change: (value: string) => void;
}): JSX.Element {
  const { field } = props;
  const shared = {
    name: field.name,
    label: word("field", field.name),
    value: props.value,
    change: props.change,
    faults: props.faults,
  };
  if (field.type === "choice") {
    const options = (field.options ?? []).map(
      (key) => [key, word(field.choices ?? "", key)] as const,
    );
    return <SelectField {...shared} options={options} />;
  }
  return <TextField {...shared} type={field.type} />;
}
