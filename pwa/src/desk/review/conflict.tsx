/** A conflict: every value with its author; pick one, or write one text of both. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Choice, Conflict, Side } from "../../domain/generated/audits";
import { call } from "../api";
import { useKeys } from "../keys";
import { inWords } from "../problems";
import { t } from "../say";
import type { ItemProps } from "./item";
import { authorWords, decidedWords, fieldWords, type Pick, sidesOf, sideWords } from "./model";
import { Save } from "./save";

export function ConflictChoice(props: ItemProps & { conflict: Conflict }): JSX.Element {
  const { conflict } = props;
  const [pick, setPick] = useState<Pick>(null);
  const [text, setText] = useState(() => bothTexts(conflict));
  const { busy, failed, save } = useChoice(props, pick, text);
  const sides = sidesOf(conflict);
  const may = (at: number): boolean => !conflict.is_fixed || at === 0;
  const mayMerge = conflict.is_text && !conflict.is_fixed && !conflict.is_removed;
  usePickKeys(sides.length, may, setPick, mayMerge);
  return (
    <section aria-labelledby="differs">
      <h3 id="differs">{fieldWords(conflict.field, conflict.question)}</h3>
      <p class="small quiet">{t("review.how")}</p>
      {conflict.is_fixed ? <p class="notice">{t("review.fixed")}</p> : null}
      {conflict.is_removed ? <p class="notice">{t("review.removed")}</p> : null}
      <fieldset class="values">
        <legend class="sr">{t("review.decide")}</legend>
        {sides.map((side, at) => (
          <Value
            key={side === null ? "none" : `${side.client_id} ${side.mid}`}
            conflict={conflict}
            side={side}
            at={at}
            isPicked={pick === at}
            pick={may(at) ? () => setPick(at) : undefined}
          />
        ))}
      </fieldset>
      {mayMerge ? (
        <Merge
          text={text}
          setText={setText}
          isOpen={pick === "text"}
          open={() => setPick("text")}
          save={save}
        />
      ) : null}
      <Save
        words={saveWords(conflict, pick)}
        after={t("review.after")}
        mayNot={pick === null || busy}
        busy={busy}
        failed={failed}
        save={save}
      />
    </section>
  );
}

const NUMBERS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

function usePickKeys(
  n: number,
  may: (at: number) => boolean,
  setPick: (pick: Pick) => void,
  mayMerge: boolean,
): void {
  const number = (event: KeyboardEvent): void => {
    const at = Number(event.key) - 1;
    if (at < n && may(at)) setPick(at);
  };
  useKeys({
    ...Object.fromEntries(NUMBERS.map((key) => [key, number])),
    m: (event) => {
      if (!mayMerge) return;
      event.preventDefault();
      setPick("text");
    },
  });
}

function saveWords(conflict: Conflict, pick: Pick): string {
  if (pick === null) return t("review.pick");
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
    <button
      type="button"
      class="value"
      aria-pressed={props.isPicked}
      aria-disabled={props.pick === undefined}
      onClick={() => props.pick?.()}
    >
      <span class="row apart">
        <span class="small quiet">{t(at === 0 ? "review.stands" : "review.other")}</span>
        <kbd>{at + 1}</kbd>
      </span>
      <strong>{sideWords(conflict, side)}</strong>
      {side === null ? null : <span class="small">{authorWords(side)}</span>}
    </button>
  );
}

function Merge(props: {
  text: string;
  setText: (text: string) => void;
  isOpen: boolean;
  open: () => void;
  save: () => void;
}): JSX.Element {
  if (!props.isOpen) {
    return (
      <p>
        <button type="button" class="link" onClick={props.open}>
          {t("review.merge")} <kbd>m</kbd>
        </button>
      </p>
    );
  }
  return (
    <div class="field">
      <label for="f-merge">{t("review.merge.label")}</label>
      <textarea
        id="f-merge"
        rows={4}
        value={props.text}
        ref={(box) => {
          if (box !== null && document.activeElement?.closest(".matter textarea") === null)
            box.focus();
        }}
        onInput={(event) => props.setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) props.save();
        }}
      />
    </div>
  );
}

function useChoice(props: ItemProps & { conflict: Conflict }, pick: Pick, text: string) {
  const { conflict } = props;
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const send = async (): Promise<void> => {
    if (pick === null || busy) return;
    setBusy(true);
    setFailed(null);
    const { kind, id } = conflict;
    try {
      await call("POST /api/conflicts/{kind}/{record_id}/choose", {
        kind,
        record_id: id,
        ...choiceOf(conflict, pick, text),
      });
      const side = pick === "text" ? null : (sidesOf(conflict)[pick] ?? null);
      const value = pick === "text" ? text : sideWords(conflict, side);
      props.done(t("review.chosen", { value: short(value) }));
    } catch (problem) {
      const said = inWords(problem);
      const decided = decidedWords(problem);
      if (decided !== undefined) return props.overtaken(decided);
      setFailed(`${said.title}. ${said.detail}`);
      setBusy(false);
    }
  };
  return { busy, failed, save: () => void send() };
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
