/** The frame of every decision: its options, what the picked one asks for, the button that settles it. */
import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { type Faults, Field } from "../parts/form";
import { inWords } from "../problems";
import { t } from "../say";
import type { ItemProps } from "./item";
import { decidedWords } from "./model";

export interface Sending {
  readonly busy: boolean;
  readonly failed: string | null;
  readonly save: () => void;
}

export function Decision(props: {
  title: string;
  lead: string;
  notices: readonly string[];
  /** What is decided about, above the options. */
  shown?: ComponentChildren;
  legend: "seen" | "spoken";
  options: ComponentChildren;
  /** What the picked option asks for: a text, a reason, a school. */
  asks?: ComponentChildren;
  /** The button's words, null while nothing is picked. */
  words: string | null;
  after: string;
  sending: Sending;
}): JSX.Element {
  const { busy, failed, save } = props.sending;
  return (
    <section aria-labelledby="decision">
      <h3 id="decision">{props.title}</h3>
      <p class="small quiet">{props.lead}</p>
      {props.notices.map((words) => (
        <p key={words} class="notice">
          {words}
        </p>
      ))}
      {props.shown}
      <fieldset class="ways">
        <legend class={props.legend === "spoken" ? "sr" : undefined}>{t("review.decide")}</legend>
        {props.options}
      </fieldset>
      {props.asks}
      {failed === null ? null : (
        <p class="notice a" role="alert">
          {failed}
        </p>
      )}
      <div class="acts">
        <button
          type="button"
          class="btn main-act"
          aria-disabled={props.words === null || busy}
          onClick={save}
        >
          {busy ? t("act.sending") : (props.words ?? t("review.pick"))}
        </button>
        <span class="small quiet">{props.after}</span>
      </div>
    </section>
  );
}

/** One way to decide, with the key that picks it; without ``pick`` it is shown and cannot be had. */
export function Option(props: {
  top: JSX.Element;
  letter: string;
  isPicked: boolean;
  pick: (() => void) | undefined;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <button
      type="button"
      class="way"
      aria-pressed={props.isPicked}
      aria-disabled={props.pick === undefined}
      onClick={() => props.pick?.()}
    >
      <span class="row apart">
        {props.top}
        <kbd>{props.letter}</kbd>
      </span>
      {props.children}
    </button>
  );
}

/** A text that the picked option asks for. */
export function Asked(props: {
  name: string;
  label: string;
  hint?: string;
  faults?: Faults;
  most?: number;
  text: string;
  write: (text: string) => void;
  save: () => void;
}): JSX.Element {
  return (
    <Field {...props}>
      {({ id, describedBy, bad }) => (
        <textarea
          id={id}
          rows={4}
          maxLength={props.most}
          aria-invalid={bad}
          aria-describedby={describedBy}
          value={props.text}
          onInput={(event) => props.write(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) props.save();
          }}
        />
      )}
    </Field>
  );
}

/** Go to what the option just picked asks for, once it stands on the page. */
export function focusSoon(name: string): void {
  requestAnimationFrame(() => document.getElementById(`f-${name}`)?.focus());
}

/** What came of sending a decision: words to say, or a failure after which it still waits. */
export type Sent = { readonly done: string } | { readonly failed: string };

/** Sends what was picked, once at a time; undefined from ``send``: there is nothing to send yet. */
export function useSending(props: ItemProps, send: () => Promise<Sent> | undefined): Sending {
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const settle = async (sent: Promise<Sent>): Promise<void> => {
    setBusy(true);
    setFailed(null);
    try {
      const came = await sent;
      if ("done" in came) return props.done(came.done);
      setFailed(came.failed);
    } catch (problem) {
      const decided = decidedWords(problem);
      if (decided !== undefined) return props.overtaken(decided);
      const said = inWords(problem);
      setFailed(`${said.title}. ${said.detail}`);
    }
    setBusy(false);
  };
  const save = (): void => {
    const sent = busy ? undefined : send();
    if (sent !== undefined) void settle(sent);
  };
  return { busy, failed, save };
}
