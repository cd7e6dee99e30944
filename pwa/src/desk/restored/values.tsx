/** The values of a record that only a tablet still shows, each with a tick. */
import type { JSX } from "preact";
import type { Lost, LostValue } from "../../domain/generated/recovery";
import { t } from "../say";
import { labelOf, nowWords, shownAt, sourceWords, type Ticks, wasWords } from "./model";

export function Values(props: {
  item: Lost;
  ticks: Ticks;
  tick: (at: number) => void;
}): JSX.Element {
  const { item, ticks } = props;
  return (
    <fieldset class="missing">
      <legend class="sr">{t("restored.values")}</legend>
      {shownAt(item.values).map((at) => {
        const value = item.values[at];
        return value === undefined ? null : (
          <Value
            key={at}
            item={item}
            value={value}
            isTicked={ticks.has(at)}
            tick={() => props.tick(at)}
          />
        );
      })}
    </fieldset>
  );
}

function Value(props: {
  item: Lost;
  value: LostValue;
  isTicked: boolean;
  tick: () => void;
}): JSX.Element {
  const { item, value } = props;
  const now = nowWords(item, value);
  return (
    <label class="tick">
      <input type="checkbox" checked={props.isTicked} onChange={props.tick} />
      <span>
        <span class="quiet small">{labelOf(value)}</span>
        <strong>{wasWords(item.kind, value)}</strong>
        {now === null ? null : <span class="small">{now}</span>}
        <span class="small quiet">{sourceWords(value)}</span>
      </span>
    </label>
  );
}
