// A lot counted as a spread: how many stand here of each grade, with steppers that need no keyboard.
import { useMemo } from "preact/hooks";
import { t, word } from "../../app/words";
import { Icon } from "../../ui/icon";
import { number } from "../fields";
import { Ahead } from "../parts/ahead";
import { counts } from "../room/model";
import { indexVisit } from "../visit-index";
import { type Spread, setSpread, type Target } from "./actions";
import { GRADES } from "./body";

export function LotBody({ at }: { at: Target }) {
  const { index, id } = at;
  const listed = number(index.subject("lot", id), "quantity") ?? 0;
  const spread = counts(index.finding("lot", id));
  const total = spread.reduce((sum, n) => sum + n, 0);
  const ahead = useMemo(() => new Ahead<Spread>(), []);
  function set(place: number, change: (n: number) => number): void {
    const fresh = indexVisit(at.field.store, index.visit.id) ?? index;
    void ahead.take(
      () => counts(fresh.finding("lot", id)),
      (stands) => withCount(stands, place, change(stands[place] ?? 0)),
      (next) => setSpread({ ...at, index: fresh }, next),
    );
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
            change={(by) => set(place, by)}
          />
        ))}
      </ul>
      {total === 0 && listed > 0 && (
        <div class="btns">
          <button class="btn btn-s" type="button" onClick={() => set(0, () => listed)}>
            {t("lot.all_good", { n: listed })}
          </button>
        </div>
      )}
    </fieldset>
  );
}

function withCount(spread: Spread, place: number, n: number): Spread {
  const next: [number, number, number, number] = [...spread];
  next[place] = Math.max(0, Math.min(100_000, n));
  return next;
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
