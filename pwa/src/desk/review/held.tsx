/** A held change or group: what it says against what stands; accept it, or refuse it with a reason. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Held } from "../../domain/generated/audits";
import { call } from "../api";
import { useKeys } from "../keys";
import { useSchools } from "../matrix/home";
import { SelectField } from "../parts/form";
import { Heads } from "../parts/heads";
import { t, word } from "../say";
import { Asked, Decision, focusSoon, Option, type Sent, useSending } from "./decision";
import type { ItemProps } from "./item";
import { authorWords, fieldWords, heldWords, shownValues, valueWords } from "./model";

type Outcome = "accepted" | "refused";

interface Answer {
  readonly pick: Outcome | null;
  readonly reason: string;
  readonly school: string;
}

export function HeldDecision(props: ItemProps & { held: Held }): JSX.Element {
  const { held } = props;
  const [answer, setAnswer] = useState<Answer>({ pick: null, reason: "", school: "" });
  const [missing, setMissing] = useState<string | null>(null);
  const sending = useSending(props, () => {
    const lacks = lackOf(held, answer);
    setMissing(lacks);
    if (lacks === null) return send(held, answer);
    focusSoon(lacks);
    return;
  });
  const pick = (outcome: Outcome): void => {
    setAnswer((given) => ({ ...given, pick: outcome }));
    setMissing(null);
    focusSoon(outcome === "refused" ? "reason" : "school");
  };
  const accept = held.is_erased ? undefined : () => pick("accepted");
  const refuse = (): void => pick("refused");
  useKeys({ a: () => accept?.(), r: withoutTyping(refuse) });
  return (
    <Decision
      title={t("review.values")}
      lead={`${heldWords(held)} ${authorWords(held)}`}
      notices={noticesOf(held)}
      shown={held.is_erased ? undefined : <Says held={held} />}
      legend="seen"
      options={
        <>
          <Way name="accept" isPicked={answer.pick === "accepted"} pick={accept} held={held} />
          <Way name="refuse" isPicked={answer.pick === "refused"} pick={refuse} held={held} />
        </>
      }
      asks={
        <Asks
          held={held}
          answer={answer}
          change={(part) => setAnswer((given) => ({ ...given, ...part }))}
          missing={missing}
          save={sending.save}
        />
      }
      words={answer.pick === null ? null : t(`review.save.${answer.pick}`, { n: held.changes })}
      after={t("review.after.held")}
      sending={sending}
    />
  );
}

function noticesOf(held: Held): readonly string[] {
  return [
    ...(held.changes > 1 ? [t("review.group", { n: held.changes })] : []),
    ...(held.is_erased ? [t("review.erased")] : []),
    ...(held.needs_school ? [t("review.nowhere")] : []),
  ];
}

/** A letter that opens a text must not be typed into it. */
function withoutTyping(act: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    event.preventDefault();
    act();
  };
}

/** The name of what still has to be given, or null. */
function lackOf(held: Held, answer: Answer): "reason" | "school" | null {
  if (answer.pick === "refused" && answer.reason.trim() === "") return "reason";
  if (answer.pick === "accepted" && held.needs_school && answer.school === "") return "school";
  return null;
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

function Way(props: {
  name: "accept" | "refuse";
  isPicked: boolean;
  pick: (() => void) | undefined;
  held: Held;
}): JSX.Element {
  const { name } = props;
  const place = name === "accept" && props.held.needs_school;
  return (
    <Option
      top={<strong>{t(`review.${name}`)}</strong>}
      letter={name.charAt(0)}
      isPicked={props.isPicked}
      pick={props.pick}
    >
      <span class="small">{t(place ? "review.accept.nowhere" : `review.${name}.words`)}</span>
    </Option>
  );
}

function Asks(props: {
  held: Held;
  answer: Answer;
  change: (part: Partial<Answer>) => void;
  missing: string | null;
  save: () => void;
}): JSX.Element | null {
  const { held, answer, change, missing } = props;
  if (answer.pick === "refused") {
    return (
      <Asked
        name="reason"
        label={t("review.reason")}
        hint={t("review.reason.hint", { person: held.person ?? t("review.by.nobody") })}
        faults={missing === "reason" ? [["reason", t("review.reason.fault")]] : []}
        most={500}
        text={answer.reason}
        write={(reason) => change({ reason })}
        save={props.save}
      />
    );
  }
  if (answer.pick !== "accepted" || !held.needs_school) return null;
  return (
    <School
      chosen={answer.school}
      choose={(school) => change({ school })}
      isMissing={missing === "school"}
    />
  );
}

function School(props: {
  chosen: string;
  choose: (id: string) => void;
  isMissing: boolean;
}): JSX.Element {
  const schools = useSchools().data ?? [];
  return (
    <SelectField
      name="school"
      label={t("matrix.school")}
      hint={t("review.nowhere.hint")}
      faults={props.isMissing ? [["school", t("review.nowhere.fault")]] : []}
      value={props.chosen}
      options={[
        ["", t("review.nowhere.choose")],
        ...schools.map((one) => [one.id, one.name] as const),
      ]}
      change={props.choose}
    />
  );
}

function send(held: Held, answer: Answer): Promise<Sent> | undefined {
  const { pick } = answer;
  if (pick === null) return;
  return call("POST /api/held/{client_id}/{mid}/decide", {
    client_id: held.client_id,
    mid: held.mid,
    outcome: pick,
    reason: pick === "refused" ? answer.reason.trim() : "",
    school_id: pick === "accepted" && answer.school !== "" ? answer.school : null,
  }).then((told) =>
    told.decided
      ? { done: t(`review.done.${pick}`) }
      : { failed: t("review.still", { why: whyNot(told.code) }) },
  );
}

function whyNot(code: string | null): string {
  const known = word("held", code ?? "");
  return known.endsWith(".") ? known : t("review.still.other");
}
