/** The one button that settles what was picked, what follows from it, and why it failed. */
import type { JSX } from "preact";
import { t } from "../say";

export function Save(props: {
  words: string;
  after: string;
  mayNot: boolean;
  busy: boolean;
  failed: string | null;
  save: () => void;
}): JSX.Element {
  return (
    <>
      {props.failed === null ? null : (
        <p class="notice a" role="alert">
          {props.failed}
        </p>
      )}
      <div class="acts">
        <button
          type="button"
          class="btn main-act"
          aria-disabled={props.mayNot}
          onClick={props.save}
        >
          {props.busy ? t("act.sending") : props.words}
        </button>
        <span class="small quiet">{props.after}</span>
      </div>
    </>
  );
}
