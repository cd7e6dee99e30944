// A lot counted as a spread: how many stand here of each grade, with steppers that need no keyboard.
import { useRef } from "preact/hooks";
import { t, word } from "../../app/words";
import { Icon } from "../../ui/icon";
import { number } from "../fields";
import { counts } from "../room/model";
import { indexVisit } from "../visit-index";
import { type Spread, setSpread, type Target } from "./actions";
import { GRADES } from "./body";

export function LotBody({ at }: { at: Target }) {
  const { index, id } = at;
  const listed = number(index.subject("lot", id), "quantity") ?? 0;
  const spread = counts(index.finding("lot", id));
  const total = spread.reduce((sum, n) => sum + n, 0);
  // Fingers are faster than the disk: the next tap stands on the last one, not on what is saved.
  const ahead = useRef<Spread | undefined>(undefined);
  async function set(place: number, change: (n: number) => number): Promise<void> {
    const fresh = indexVisit(at.field.store, index.visit.id) ?? index;
    const next: [number, number, number, number] = [
      ...(ahead.current ?? counts(fresh.finding("lot", id))),
    ];
    next[place] = Math.max(0, Math.min(100_000, change(next[place] ?? 0)));
    ahead.current = next;
    await setSpread({ ...at, index: fresh }, next);
    if (ahead.current === next) ahead.current = undefined;
  }
  return (
    <fieldset class="group" aria-labelledby={`spread-${id}`}>
      <div class="group-head">
        <h2 id={`spread-${id}`}>{t("lot.how_many")}</h2>
        <span class="was">{t("lot.of", { n: total, of: listed })}</span>
      </div>
      <ul class="spread">
        {GRADES.map((grade, place) => (
          <Stepper
            key={grade}
            grade={grade}
            n={spread[place] ?? 0}
            change={(by) => void set(place, by)}
          />
        ))}
      </ul>
      {total === 0 && listed > 0 && (
        <div class="btns">
          <button class="btn btn-s" type="button" onClick={() => void set(0, () => listed)}>
            {t("lot.all_good", { n: listed })}
          </button>
        </div>
      )}
    </fieldset>
  );
}

interface StepperProps {
  grade: string;
  n: number;
  change: (by: (n: number) => number) => void;
}

function Stepper({ grade, n, change }: StepperProps) {
  const words = word("condition", grade);
  return (
    <li class="step-row">
      <span class="step-name">
        <b>{grade}</b> {words}
      </span>
      <span class="stepper">
        <button
          type="button"
          class="btn btn-icon"
          aria-label={t("lot.fewer", { grade, words })}
          disabled={n === 0}
          onClick={() => change((was) => was - 1)}
        >
          <Icon name="minus" />
        </button>
        <input
          class="input"
          inputMode="numeric"
          aria-label={t("lot.number", { grade, words })}
          value={n}
          onChange={(event) => {
            const typed = Number(event.currentTarget.value);
            if (Number.isInteger(typed) && typed >= 0) change(() => typed);
            else event.currentTarget.value = String(n);
          }}
        />
        <button
          type="button"
          class="btn btn-icon"
          aria-label={t("lot.more", { grade, words })}
          onClick={() => change((was) => was + 1)}
        >
          <Icon name="plus" />
        </button>
      </span>
    </li>
  );
}
