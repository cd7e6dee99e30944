/** Change a few fields; when somebody else changed the same field meanwhile, both values are shown. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ApiProblem, get, send } from "../api";
import { FaultList, type Faults, FormActs, SelectField, TextField } from "../parts/form";
import { Heads } from "../parts/heads";
import { tell } from "../parts/notice";
import { fieldFaults, inWords } from "../problems";
import { t, word } from "../say";
import type { Subject } from "../shapes";
import { changeOf, type Draft, draftOf, type Editable, editableFields } from "./edit.model";

type Kind = "asset" | "lot" | "system";

interface Clash {
  readonly field: string;
  readonly mine: string;
  readonly theirs: string;
}

export function EditForm(props: {
  kind: Kind;
  subject: Subject;
  saved: () => void;
  close: () => void;
}): JSX.Element {
  const { kind } = props;
  const [seen, setSeen] = useState(props.subject);
  const [draft, setDraft] = useState<Draft>(() => draftOf(kind, props.subject));
  const [faults, setFaults] = useState<Faults>([]);
  const [failed, setFailed] = useState<string | undefined>();
  const [clashes, setClashes] = useState<readonly Clash[]>([]);
  const [busy, setBusy] = useState(false);
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const before = draftOf(kind, seen);
    const change = changeOf(kind, before, draft, seen.v);
    if (busy || Object.keys(change.set).length === 0) return props.close();
    setBusy(true);
    try {
      await send("PATCH", `/api/${kind}s/${seen.id}`, change);
      tell(t("edit.saved"));
      props.saved();
    } catch (problem) {
      const now = await newest(kind, seen.id, problem);
      if (now !== null) {
        setClashes(clashesOf(kind, before, draft, draftOf(kind, now)));
        setSeen(now);
      } else {
        setFaults(fieldFaults(problem, Object.keys(draft)));
        setFailed(failedWords(problem));
      }
      setBusy(false);
    }
  };
  return (
    <form class="form edit" onSubmit={(event) => void save(event)} noValidate>
      <h2>{t("edit.title")}</h2>
      <FaultList faults={faults} {...(failed === undefined ? {} : { title: failed })} />
      {clashes.length === 0 ? null : <Clashes clashes={clashes} />}
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

/** After a conflict: the record as it stands now, to choose against; null for any other problem. */
async function newest(kind: Kind, id: string, problem: unknown): Promise<Subject | null> {
  if (!(problem instanceof ApiProblem) || problem.slug !== "conflict") return null;
  return get<Subject>(`/api/${kind}s/${id}`).catch(() => null);
}

function failedWords(problem: unknown): string {
  const said = inWords(problem);
  return `${said.title}. ${said.detail}`;
}

function clashesOf(kind: Kind, before: Draft, mine: Draft, theirs: Draft): Clash[] {
  return editableFields(kind)
    .map((field) => field.name)
    .filter((name) => mine[name] !== before[name] && theirs[name] !== before[name])
    .map((name) => ({ field: name, mine: mine[name] ?? "", theirs: theirs[name] ?? "" }));
}

function Clashes(props: { clashes: readonly Clash[] }): JSX.Element {
  return (
    <div class="notice a" role="alert">
      <strong>{t("edit.clash")}</strong> {t("edit.clash.words")}
      <table class="table tight">
        <Heads of={[t("edit.field"), t("edit.mine"), t("edit.theirs")]} />
        <tbody>
          {props.clashes.map((clash) => (
            <tr key={clash.field}>
              <th scope="row">{word("field", clash.field)}</th>
              <td>{clash.mine || "–"}</td>
              <td>{clash.theirs || "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
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
