/** Short messages that go away by themselves, and the question asked before a lasting step. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../say";

const SHOWN_MS = 6000;
const message = signal<string | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;

/** Say what was done, for six seconds. */
export function tell(words: string): void {
  message.value = words;
  clearTimeout(timer);
  timer = setTimeout(() => {
    message.value = null;
  }, SHOWN_MS);
}

export function Toast(): JSX.Element {
  return (
    <div class="toasts" role="status">
      {message.value === null ? null : <span class="toast">{message.value}</span>}
    </div>
  );
}

/** A modal question with its two answers; Escape is "no". */
export function Ask(props: {
  title: string;
  words: string;
  yes: string;
  answer: (yes: boolean) => void;
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby="ask-title"
      onCancel={(event) => {
        event.preventDefault();
        props.answer(false);
      }}
    >
      <h2 id="ask-title">{props.title}</h2>
      <p class="small">{props.words}</p>
      <div class="acts">
        <button type="button" class="btn" onClick={() => props.answer(false)}>
          {t("act.cancel")}
        </button>
        <button type="button" class="btn main-act" onClick={() => props.answer(true)}>
          {props.yes}
        </button>
      </div>
    </dialog>
  );
}
