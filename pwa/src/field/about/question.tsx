// One question of a checklist, drawn by its kind of answer; the one place that knows all kinds.
import { useId, useMemo, useRef } from "preact/hooks";
import { t, word } from "../../app/words";
import type { Value } from "../../data/types";
import { Seg, Toggle } from "../../ui/choice";
import { Icon } from "../../ui/icon";
import { Ahead } from "../parts/ahead";
import { useAutosave } from "../parts/autosave";
import { type Question, wantsPhoto } from "./model";

interface FieldRendererProps {
  question: Question;
  value: Value;
  photos: number;
  photoHref: string;
  save: (value: Value) => Promise<boolean>;
}

const SEG_MOST = 4;

export function FieldRenderer(props: FieldRendererProps) {
  const { question, value, photos, photoHref } = props;
  const tall =
    question.answer === "multi" || question.answer === "text" || question.choices.length > SEG_MOST;
  return (
    <div class={tall ? "answer answer-tall" : "answer"}>
      <div class="answer-q">
        <span>{question.text}</span>
        {question.help && <span class="sub">{question.help}</span>}
      </div>
      <Control {...props} />
      {wantsPhoto(question, value, photos) && (
        <a class="btn btn-s answer-photo" href={photoHref}>
          <Icon name="camera" />
          {t("about.photo")}
        </a>
      )}
    </div>
  );
}

function Control(props: FieldRendererProps) {
  switch (props.question.answer) {
    case "choice":
    case "yes_no":
      return <Choice {...props} />;
    case "multi":
      return <Multi {...props} />;
    case "photo":
      return <PhotoAnswer {...props} />;
    default:
      return <Typed {...props} />;
  }
}

function Choice({ question, value, save }: FieldRendererProps) {
  const options = question.choices.map((choice) => ({
    value: choice,
    label: word("choice", choice),
  }));
  const chosen = typeof value === "boolean" ? (value ? "yes" : "no") : value;
  if (options.length <= SEG_MOST) {
    return (
      <Seg
        label={question.text}
        options={options}
        value={typeof chosen === "string" ? chosen : undefined}
        onChange={(choice) => void save(choice)}
      />
    );
  }
  return (
    <select
      class="input"
      aria-label={question.text}
      value={typeof chosen === "string" ? chosen : ""}
      onChange={(event) => void save(event.currentTarget.value || null)}
    >
      <option value="">{t("about.choose")}</option>
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}

function Multi({ question, value, save }: FieldRendererProps) {
  const chosen = Array.isArray(value) ? value.filter((v) => typeof v === "string") : [];
  const held = useRef(chosen);
  held.current = chosen;
  const ahead = useMemo(() => new Ahead<string[]>(), []);
  function toggle(choice: string, on: boolean): void {
    const without = (list: string[]): string[] => list.filter((each) => each !== choice);
    void ahead.take(
      () => held.current,
      (list) => (on ? [...without(list), choice] : without(list)),
      save,
    );
  }
  return (
    <fieldset class="toggles" aria-label={question.text}>
      {question.choices.map((choice) => (
        <Toggle
          key={choice}
          label={word("choice", choice)}
          on={chosen.includes(choice)}
          onChange={(on) => toggle(choice, on)}
        />
      ))}
    </fieldset>
  );
}

function Typed({ question, value, save }: FieldRendererProps) {
  const id = useId();
  const number = question.answer === "number";
  const auto = useAutosave(value === null ? "" : String(value), (typed) => {
    if (typed === "") return save(null);
    if (!number) return save(typed);
    const whole = Number(typed);
    // Only whole numbers travel: a half-typed one waits on the screen.
    return Number.isSafeInteger(whole) ? save(whole) : Promise.resolve(true);
  });
  const shared = { id, class: "input", "aria-label": question.text, ...auto };
  if (question.answer === "text") return <textarea {...shared} rows={2} maxLength={2000} />;
  if (question.answer === "date") return <input {...shared} type="date" />;
  return <input {...shared} inputMode="numeric" pattern="[0-9]*" />;
}

function PhotoAnswer({ photos, photoHref }: FieldRendererProps) {
  return (
    <a class="btn btn-s" href={photoHref}>
      <Icon name="camera" />
      {photos > 0 ? t("about.photos", { n: photos }) : t("photo.add")}
    </a>
  );
}
