/** The ladder to green: what to replace first, what it costs, and the colour after each step. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { CellDetail } from "../../domain/generated/ratings";
import { wholePounds } from "../money";
import { Pounds } from "../parts/pounds";
import { Badge, ragWord } from "../parts/rag";
import { t } from "../say";

const SHOWN = 4;

export function ToGreen(props: { steps: CellDetail["to_green"] }): JSX.Element | null {
  const { steps } = props;
  const [all, showAll] = useState(false);
  if (steps.length === 0) return null;
  const shown = all || steps.length <= SHOWN + 1 ? steps : steps.slice(0, SHOWN);
  return (
    <section>
      <h3>{t("panel.to_green")}</h3>
      <ol class="ladder">
        {shown.map((step, at) => (
          <Step key={step.words} step={step} at={at + 1} />
        ))}
      </ol>
      {shown.length === steps.length ? null : (
        <button type="button" class="link small" onClick={() => showAll(true)}>
          {t("panel.more_steps", { n: steps.length - shown.length })}
        </button>
      )}
      <p class="row apart sum">
        <strong>{t("panel.all_steps", { n: steps.length })}</strong>
        <strong>
          <Pounds pence={steps.reduce((sum, step) => sum + step.pence, 0)} />
        </strong>
      </p>
    </section>
  );
}

function Step(props: { step: CellDetail["to_green"][number]; at: number }): JSX.Element {
  const { step } = props;
  return (
    <li>
      <span class="quiet">{props.at}</span>
      <span>{step.words}</span>
      <span class="num">{wholePounds(step.pence)}</span>
      <span class="after">
        {t("panel.then")} <Badge rag={step.then_rag} size="s" outline={true} />{" "}
        {ragWord(step.then_rag).toLowerCase()}
      </span>
    </li>
  );
}
