/** A conflict: every value with its author; pick one, or write one text of both. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Choice, Conflict, Side } from "../../domain/generated/audits";
import { call } from "../api";
import { useKeys } from "../keys";
import { t } from "../say";
import { Asked, Decision, focusSoon, Option, type Sent, useSending } from "./decision";
import type { ItemProps } from "./item";
import { authorWords, fieldWords, type Pick, sidesOf, sideWords } from "./model";

export function ConflictChoice(props: ItemProps & { conflict: Conflict }): JSX.Element {
  const { conflict } = props;
  const [pick, setPick] = useState<Pick>(null);
  const [text, setText] = useState(() => bothTexts(conflict));
  const sending = useSending(props, () => send(conflict, pick, text));
  const sides = sidesOf(conflict);
  const may = (at: number): boolean => !conflict.is_fixed || at === 0;
  const mayMerge = conflict.is_text && !conflict.is_fixed && !conflict.is_removed;
  const merge = (): void => {
    setPick("text");
    focusSoon("merge");
  };
  usePickKeys(sides.length, may, setPick, mayMerge ? merge : undefined);
  return (
    <Decision
      title={fieldWords(conflict.field, conflict.question)}
      lead={t("review.how")}
      notices={noticesOf(conflict)}
      legend="spoken"
      options={sides.map((side, at) => (
        <Value
          key={side === null ? "none" : `${side.client_id} ${side.mid}`}
          {...{ conflict, side, at, isPicked: pick === at }}
          pick={may(at) ? () => setPick(at) : undefined}
        />
      ))}
      asks={
        mayMerge && (
          <Merge
            {...{ text, write: setText, isOpen: pick === "text", open: merge, save: sending.save }}
          />
        )
      }
      words={saveWords(conflict, pick)}
      after={t("review.after")}
      sending={sending}
    />
  );
}

function noticesOf(conflict: Conflict): readonly string[] {
  return [
    ...(conflict.is_fixed ? [t("review.fixed")] : []),
    ...(conflict.is_removed ? [t("review.removed")] : []),
  ];
}

const NUMBERS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

function usePickKeys(
  n: number,
  may: (at: number) => boolean,
  setPick: (pick: Pick) => void,
  merge: (() => void) | undefined,
): void {
  const number = (event: KeyboardEvent): void => {
    const at = Number(event.key) - 1;
    if (at < n && may(at)) setPick(at);
  };
  useKeys({
    ...Object.fromEntries(NUMBERS.map((key) => [key, number])),
    m: (event) => {
      if (merge === undefined) return;
      event.preventDefault(); // the letter must not be typed into the text it opens
      merge();
    },
  });
}

function saveWords(conflict: Conflict, pick: Pick): string | null {
  if (pick === null) return null;
  if (pick === "text") return t("review.merge.save");
  return t("review.keep", { value: short(sideWords(conflict, sidesOf(conflict)[pick] ?? null)) });
}

function short(words: string): string {
  return words.length > 40 ? `${words.slice(0, 38).trimEnd()}…` : words;
}

/** Both texts, so that whoever merges only has to cut. */
function bothTexts(conflict: Conflict): string {
  const texts = sidesOf(conflict).map((side) =>
    typeof side?.value === "string" ? side.value : "",
  );
  return texts.filter((text) => text !== "").join("\n");
}

function Value(props: {
  conflict: Conflict;
  side: Side | null;
  at: number;
  isPicked: boolean;
  pick: (() => void) | undefined;
}): JSX.Element {
  const { conflict, side, at } = props;
  return (
    <Option
      top={<span class="small quiet">{t(at === 0 ? "review.stands" : "review.other")}</span>}
      letter={String(at + 1)}
      isPicked={props.isPicked}
      pick={props.pick}
    >
      <strong>{sideWords(conflict, side)}</strong>
      {side === null ? null : <span class="small">{authorWords(side)}</span>}
    </Option>
  );
}

function Merge(props: {
  text: string;
  write: (text: string) => void;
  isOpen: boolean;
  open: () => void;
  save: () => void;
}): JSX.Element {
  if (props.isOpen) return <Asked name="merge" label={t("review.merge.label")} {...props} />;
  return (
    <p>
      <button type="button" class="link" onClick={props.open}>
        {t("review.merge")} <kbd>m</kbd>
      </button>
    </p>
  );
}

function send(conflict: Conflict, pick: Pick, text: string): Promise<Sent> | undefined {
  if (pick === null) return;
  const { kind, id } = conflict;
  const choice = choiceOf(conflict, pick, text);
  const value = pick === "text" ? text : sideWords(conflict, sidesOf(conflict)[pick] ?? null);
  return call("POST /api/conflicts/{kind}/{record_id}/choose", {
    kind,
    record_id: id,
    ...choice,
  }).then(() => ({ done: t("review.chosen", { value: short(value) }) }));
}

function choiceOf(conflict: Conflict, pick: number | "text", text: string): Choice {
  const chosen = pick === "text" ? null : (sidesOf(conflict)[pick] ?? null);
  return {
    field: conflict.field,
    stands: markOf(conflict.stands),
    others: conflict.others.map((side) => ({ client_id: side.client_id, mid: side.mid })),
    chosen: markOf(chosen),
    text: pick === "text" ? text.trim() : null,
  };
}

function markOf(side: Side | null): { client_id: string; mid: number } | null {
  return side === null ? null : { client_id: side.client_id, mid: side.mid };
}
