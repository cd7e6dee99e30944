// The card of a refused change while it is edited: its own values, then sent again as a new change.
import { useState } from "preact/hooks";
import { t, word } from "../../app/words/later";
import type { Value } from "../../data/types";
import { Seg, Switch } from "../../ui/choice";
import { Icon } from "../../ui/icon";
import { useField } from "../deps";
import { fieldWords, type Need, valueWords } from "./model";
import { type Changed, type Editable, editableOf, groupOf, keyOf, resendOf } from "./resend.model";

export function Resend({ need, done }: { need: Need; done: () => void }) {
  const { store, saver } = useField();
  const [changed, setChanged] = useState<Changed>({});
  const group = groupOf(need.need, store.sync.value.needs);
  async function send(event: Event): Promise<void> {
    event.preventDefault();
    const edits = resendOf(group, changed);
    if (!(await saver.save({ edits, words: t("need.sent"), noUndo: true }))) return;
    for (const one of group) await store.dismiss(one.mid);
    store.syncNow();
    done();
  }
  return (
    <form class="need in" onSubmit={(event) => void send(event)}>
      <h3>
        <Icon name={need.icon} />
        {need.title}
      </h3>
      <p class="sub">{need.text}</p>
      {editableOf(group).map((part) => (
        <Part
          key={keyOf(part.need, part.field)}
          part={part}
          value={changed[keyOf(part.need, part.field)] ?? part.value}
          change={(value) => setChanged({ ...changed, [keyOf(part.need, part.field)]: value })}
        />
      ))}
      <p class="sub">{t("need.edit_group", { n: group.length })}</p>
      <div class="btns">
        <button class="btn btn-main btn-s" type="submit">
          <Icon name="cloud-upload" small />
          {t("need.send")}
        </button>
        <button class="btn btn-s" type="button" onClick={done}>
          {t("need.cancel")}
        </button>
      </div>
    </form>
  );
}

const GRADES = ["A", "B", "C", "D"] as const;

interface PartProps {
  part: Editable;
  value: Value;
  change: (value: Value) => void;
}

function Part({ part, value, change }: PartProps) {
  const label = fieldWords(part.field);
  if (part.as === "grade") {
    return (
      <div class="resend">
        <span class="label">{label}</span>
        <Seg
          label={label}
          value={GRADES.find((grade) => grade === value)}
          onChange={change}
          options={GRADES.map((grade) => ({ value: grade, label: grade }))}
        />
        <span class="sub">{word("condition", String(value))}</span>
      </div>
    );
  }
  if (part.as === "yes_no") {
    return (
      <div class="resend">
        <Switch label={label} on={value === true} onChange={change} />
      </div>
    );
  }
  return <Written part={part} value={value} change={change} label={label} />;
}

function Written({ part, value, change, label }: PartProps & { label: string }) {
  const id = `resend-${part.need.mid}-${part.field}`;
  if (typeof value === "object" && value !== null) {
    return (
      <p class="sub">
        {label}: {valueWords(part.field, value)}
      </p>
    );
  }
  const said = value === null ? "" : String(value);
  const shared = {
    id,
    class: "input",
    value: said,
    "aria-invalid": part.isWrong,
    onInput: ({ currentTarget: { value: text } }: { currentTarget: { value: string } }) =>
      change(part.as === "number" && /^-?\d+$/.test(text) ? Number(text) : text),
  };
  return (
    <div class="resend">
      <label class="label" for={id}>
        {label} {part.isWrong && <b>({t("need.fits_not")})</b>}
      </label>
      {part.as === "number" ? (
        <input type="text" inputMode="numeric" {...shared} />
      ) : (
        <textarea rows={2} maxLength={4000} {...shared} />
      )}
    </div>
  );
}
