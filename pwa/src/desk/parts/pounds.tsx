/** A figure of money: whole pounds, opened to the exact pence by a click, for the whole page. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { exactPounds, plainPounds, wholePounds } from "../money";
import { t } from "../say";

export const exact = signal(false);

/** A single figure, with its sign, that opens to pence. */
export function Pounds(props: { pence: number }): JSX.Element {
  const words = exact.value ? exactPounds(props.pence) : wholePounds(props.pence);
  return (
    <button
      type="button"
      class="pounds"
      title={exact.value ? t("money.to_pounds") : t("money.to_pence")}
      onClick={() => {
        exact.value = !exact.value;
      }}
    >
      {words}
    </button>
  );
}

/** A figure in a money table: no sign, a quiet zero, blank when there is none of this kind. */
export function Plain(props: { pence: number | null }): JSX.Element | null {
  if (props.pence === null) return null;
  if (props.pence === 0) return <span class="quiet">0</span>;
  return <>{plainPounds(props.pence, exact.value)}</>;
}
