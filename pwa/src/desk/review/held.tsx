/** A held change or group: what it says against what stands; accept it, or refuse it with a reason. */
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Held } from "../../domain/generated/audits";
import { call } from "../api";
import { useKeys } from "../keys";
import { Heads } from "../parts/heads";
import { inWords } from "../problems";
import { t, word } from "../say";
import type { ItemProps } from "./item";
import { authorWords, decidedWords, fieldWords, shownValues, valueWords } from "./model";
import { Save } from "./save";

type Outcome = "accepted" | "refused";

export function HeldDecision(props: ItemProps & { held: Held }): JSX.Element {
  const { held } = props;
  const [pick, setPick] = useState<Outcome | null>(null);
  const [reason, setReason] = useState("");
  const { busy, failed, save } = useDecision(props, pick, reason);
  const box = useRef<HTMLTextAreaElement>(null);
  const choose = (outcome: Outcome): void => {
    if (outcome === "accepted" && held.is_erased) return;
    setPick(outcome);
    if (outcome === "refused") requestAnimationFrame(() => box.current?.focus());
  };
  useKeys({
    a: () => choose("accepted"),
    r: (event) => {
      event.preventDefault();
      choose("refused");
    },
  });
  return (
    <section aria-labelledby="says">
      <h3 id="says">{t("review.values")}</h3>
      <p class="small quiet">
        {word("held", held.code)} {authorWords(held)}
      </p>
      {held.changes > 1 ? <p class="notice">{t("review.group", { n: held.changes })}</p> : null}
      {held.is_erased ? <p class="notice">{t("review.erased")}</p> : <Says held={held} />}
      <fieldset class="values">
        <legend>{t("review.decide")}</legend>
        <Option outcome="accepted" picked={pick} choose={choose} off={held.is_erased} />
        <Option outcome="refused" picked={pick} choose={choose} off={false} />
      </fieldset>
      {pick === "refused" ? (
        <Reason box={box} person={held.person} reason={reason} setReason={setReason} save={save} />
      ) : null}
      <Save
        words={saveWords(held, pick)}
        after={t("review.after.held")}
        mayNot={pick === null || busy}
        busy={busy}
        failed={failed}
        save={save}
      />
    </section>
  );
}

function saveWords(held: Held, pick: Outcome | null): string {
  return pick === null ? t("review.pick") : t(`review.save.${pick}`, { n: held.changes });
}

/** Field by field: what stands now, and what this change would write. */
function Says(props: { held: Held }): JSX.Element {
  const rows = shownValues(props.held);
  const several = new Set(rows.map((row) => row.subject_name)).size > 1;
  return (
    <div class="scroll">
      <table class="table tight">
        <caption class="sr">{t("review.values")}</caption>
        <Heads
          of={[
            ...(several ? [t("review.what")] : []),
            t("edit.field"),
            t("review.now"),
            t("review.writes"),
          ]}
        />
        <tbody>
          {rows.map((row, at) => (
            <tr key={`${row.field} ${at}`}>
              {several ? <td>{row.subject_name ?? word("kind", row.kind)}</td> : null}
              <th scope="row">{fieldWords(row.field, row.question)}</th>
              <td class="quiet">
                {row.is_new
                  ? t("review.new")
                  : valueWords(row.kind, row.field, row.now, row.now_name)}
              </td>
              <td>
                <strong>{valueWords(row.kind, row.field, row.value, row.name)}</strong>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Option(props: {
  outcome: Outcome;
  picked: Outcome | null;
  choose: (outcome: Outcome) => void;
  off: boolean;
}): JSX.Element {
  const name = props.outcome === "accepted" ? "accept" : "refuse";
  return (
    <button
      type="button"
      class="value"
      aria-pressed={props.picked === props.outcome}
      aria-disabled={props.off}
      onClick={() => props.choose(props.outcome)}
    >
      <span class="row apart">
        <strong>{t(`review.${name}`)}</strong>
        <kbd>{name.charAt(0)}</kbd>
      </span>
      <span class="small">{t(`review.${name}.words`)}</span>
    </button>
  );
}

function Reason(props: {
  box: { current: HTMLTextAreaElement | null };
  person: string | null;
  reason: string;
  setReason: (reason: string) => void;
  save: () => void;
}): JSX.Element {
  return (
    <div class="field">
      <label for="f-reason">{t("review.reason")}</label>
      <span class="hint" id="f-reason-hint">
        {t("review.reason.hint", { person: props.person ?? t("review.by.nobody") })}
      </span>
      <textarea
        id="f-reason"
        ref={props.box}
        rows={3}
        maxLength={500}
        required
        aria-describedby="f-reason-hint"
        value={props.reason}
        onInput={(event) => props.setReason(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) props.save();
        }}
      />
    </div>
  );
}

function useDecision(
  props: ItemProps & { held: Held },
  pick: Outcome | null,
  reason: string,
): { busy: boolean; failed: string | null; save: () => void } {
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const send = async (): Promise<void> => {
    if (pick === null || busy) return;
    if (pick === "refused" && reason.trim() === "") {
      setFailed(t("review.reason.fault"));
      document.getElementById("f-reason")?.focus();
      return;
    }
    setBusy(true);
    setFailed(null);
    const { client_id, mid } = props.held;
    try {
      const told = await call("POST /api/held/{client_id}/{mid}/decide", {
        client_id,
        mid,
        outcome: pick,
        reason: reason.trim(),
      });
      if (told.decided) return props.done(t(`review.done.${pick}`));
      setFailed(t("review.still", { why: whyNot(told.code) }));
    } catch (problem) {
      const said = inWords(problem);
      const decided = decidedWords(problem);
      if (decided !== undefined) return props.overtaken(decided);
      setFailed(`${said.title}. ${said.detail}`);
    }
    setBusy(false);
  };
  return { busy, failed, save: () => void send() };
}

function whyNot(code: string | null): string {
  const known = word("held", code ?? "");
  return known.endsWith(".") ? known : t("review.still.other");
}
