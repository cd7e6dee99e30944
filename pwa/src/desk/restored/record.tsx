/** One record of which something is missing: tick what is put back, or leave it out with a reason. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Lost } from "../../domain/generated/recovery";
import { useKeys } from "../keys";
import { subjectPath } from "../matrix/worst";
import { Asked, Decision, focusSoon, Option } from "../review/decision";
import { Where } from "../review/where";
import { href, setQuery } from "../route";
import { t } from "../say";
import { firstTicks, pickedOf, type Ticks, tagOf, ticked, titleOf } from "./model";
import { type Outcome, useSettle } from "./settle";
import { Values } from "./values";

export function RecordForm(props: { item: Lost; settled: (words: string) => void }): JSX.Element {
  const { item } = props;
  return (
    <article class="matter">
      <button type="button" class="btn bare to-list" onClick={() => setQuery({ item: null })}>
        {t("review.back")}
      </button>
      <About item={item} />
      <Answer {...props} />
    </article>
  );
}

function Answer(props: { item: Lost; settled: (words: string) => void }): JSX.Element {
  const { item } = props;
  const [ticks, setTicks] = useState<Ticks>(() => firstTicks(item.values));
  const [pick, setPick] = useState<Outcome | null>(null);
  const [reason, setReason] = useState("");
  const picked = pickedOf(ticks, item.values);
  const sending = useSettle(item, pick, picked, reason, props.settled);
  const choose = (outcome: Outcome): void => {
    setPick(outcome);
    if (outcome === "ignored") focusSoon("reason");
  };
  const tick = (at: number): void => setTicks(ticked(ticks, item.values, at));
  return (
    <Decision
      title={t("restored.values")}
      lead={t("restored.how")}
      notices={item.is_there ? [] : [t("restored.new")]}
      shown={<Values item={item} ticks={ticks} tick={tick} />}
      legend="seen"
      options={<Ways picked={pick} choose={choose} />}
      asks={
        pick === "ignored" ? (
          <Asked
            name="reason"
            label={t("review.reason")}
            hint={t("restored.reason.hint")}
            most={500}
            text={reason}
            write={setReason}
            save={sending.save}
          />
        ) : undefined
      }
      words={saveWords(pick, ticks, item)}
      after={t("restored.after")}
      sending={sending}
    />
  );
}

/** The button's words; null while there is nothing to send. */
function saveWords(pick: Outcome | null, ticks: Ticks, item: Lost): string | null {
  if (pick === "ignored") return t("restored.save.ignored");
  if (pick === null || ticks.size === 0) return null;
  const isRemoval = [...ticks].some((at) => item.values[at]?.field === "deleted");
  return isRemoval ? t("restored.save.deleted") : t("restored.save.applied", { n: ticks.size });
}

function Ways(props: { picked: Outcome | null; choose: (outcome: Outcome) => void }): JSX.Element {
  const ways = [
    ["put_back", "applied"],
    ["leave", "ignored"],
  ] as const;
  useKeys({
    p: () => props.choose("applied"),
    l: (event) => {
      event.preventDefault();
      props.choose("ignored");
    },
  });
  return (
    <>
      {ways.map(([name, outcome]) => (
        <Option
          key={name}
          top={<strong>{t(`restored.${name}`)}</strong>}
          letter={name.charAt(0)}
          isPicked={props.picked === outcome}
          pick={() => props.choose(outcome)}
        >
          <span class="small">{t(`restored.${name}.words`)}</span>
        </Option>
      ))}
    </>
  );
}

function About(props: { item: Lost }): JSX.Element {
  const { item } = props;
  const { subject_kind: kind, subject_id: id } = item;
  const leads = item.is_there && (kind === "asset" || kind === "lot" || kind === "system");
  return (
    <header>
      <Where of={item} />
      <h2 tabIndex={-1}>
        {leads ? <a href={href(subjectPath(kind, id))}>{titleOf(item)}</a> : titleOf(item)}{" "}
        {item.tag === null ? null : <span class="tag">{tagOf(item)}</span>}
      </h2>
    </header>
  );
}
