/** Fields of a form, each with its label, hint and fault, and the list of what needs changing. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../say";

export type Faults = readonly (readonly [name: string, words: string])[];

export function faultOf(faults: Faults, name: string): string | undefined {
  return faults.find(([field]) => field === name)?.[1];
}

export function Field(props: {
  name: string;
  label: string;
  hint?: string;
  faults?: Faults;
  children: (ids: { id: string; describedBy: string | undefined; bad: boolean }) => JSX.Element;
}): JSX.Element {
  const fault = faultOf(props.faults ?? [], props.name);
  const id = `f-${props.name}`;
  const marks = [
    props.hint === undefined ? "" : `${id}-hint`,
    fault === undefined ? "" : `${id}-fault`,
  ];
  const describedBy = marks.filter((mark) => mark !== "").join(" ") || undefined;
  return (
    <div class={fault === undefined ? "field" : "field bad"}>
      <label for={id}>{props.label}</label>
      {props.hint === undefined ? null : (
        <span class="hint" id={`${id}-hint`}>
          {props.hint}
        </span>
      )}
      {fault === undefined ? null : (
        <span class="fault" id={`${id}-fault`}>
          {fault}
        </span>
      )}
      {props.children({ id, describedBy, bad: fault !== undefined })}
    </div>
  );
}

export function TextField(props: {
  name: string;
  label: string;
  value: string;
  change: (value: string) => void;
  hint?: string;
  faults?: Faults;
  type?: "text" | "date" | "number";
  narrow?: boolean;
  inputMode?: "decimal" | "numeric";
}): JSX.Element {
  return (
    <Field {...props}>
      {({ id, describedBy, bad }) => {
        const shared = {
          id,
          name: props.name,
          value: props.value,
          "aria-invalid": bad,
          "aria-describedby": describedBy,
          onInput: (event: { currentTarget: HTMLInputElement }) =>
            props.change(event.currentTarget.value),
          ...(props.narrow === true ? { class: "narrow" } : {}),
          ...(props.inputMode === undefined ? {} : { inputMode: props.inputMode }),
        };
        if (props.type === "date") return <input type="date" {...shared} />;
        if (props.type === "number") return <input type="number" {...shared} />;
        return <input type="text" {...shared} />;
      }}
    </Field>
  );
}

export function SelectField(props: {
  name: string;
  label: string;
  value: string;
  options: readonly (readonly [value: string, words: string])[];
  change: (value: string) => void;
  hint?: string;
  faults?: Faults;
}): JSX.Element {
  return (
    <Field {...props}>
      {({ id, describedBy, bad }) => (
        <select
          id={id}
          name={props.name}
          value={props.value}
          aria-invalid={bad}
          aria-describedby={describedBy}
          onChange={(event) => props.change(event.currentTarget.value)}
        >
          {props.options.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** All faults together, each leading to its field; takes focus when it appears. */
export function FaultList(props: {
  faults: Faults;
  failed: string | undefined;
}): JSX.Element | null {
  const box = useRef<HTMLDivElement>(null);
  const shown = props.faults.length > 0 || props.failed !== undefined;
  useEffect(() => {
    if (shown) box.current?.focus();
  }, [props.faults, shown]);
  if (!shown) return null;
  return (
    <div ref={box} class="notice r faults" role="alert" tabIndex={-1}>
      <strong>{props.failed ?? t("form.faults", { n: props.faults.length })}</strong>
      <ul>
        {props.faults.map(([name, words]) => (
          <li key={name}>
            <a
              href={`#f-${name}`}
              onClick={(event) => {
                event.preventDefault();
                document.getElementById(`f-${name}`)?.focus();
              }}
            >
              {words}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function FormActs(props: {
  save: string;
  busy: boolean;
  cancel: () => void;
  children?: ComponentChildren;
}): JSX.Element {
  return (
    <div class="acts">
      <button type="submit" class="btn main-act" aria-disabled={props.busy}>
        {props.busy ? t("act.sending") : props.save}
      </button>
      <button type="button" class="btn" onClick={props.cancel}>
        {t("act.cancel")}
      </button>
      {props.children}
    </div>
  );
}
