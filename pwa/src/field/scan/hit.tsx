// One scan in the list: its shape, its words, and the answers that it still asks for.
import { t, word } from "../../app/words";
import { showTag } from "../../domain/tag";
import { Icon } from "../../ui/icon";
import { useField } from "../deps";
import type { Resolution } from "../edits";
import { addPath, findingPath } from "../paths";
import { kindName } from "../subject";
import type { VisitIndex } from "../visit-index";
import { timeOf } from "../when";
import { answerHit, outcomeWords, scanText, titleOf } from "./actions";
import { type Hit, isOpen, type Outcome } from "./model";

/** Five shapes: tick disc, double tick, triangle, dashed square, barred circle. */
const LOOKS: Record<Outcome["kind"], string> = {
  found: "found",
  again: "again",
  wrong_room: "wrong",
  room: "room",
  unknown: "new",
  sister: "not",
  not_ours: "not",
  mistyped: "not",
  not_a_tag: "not",
};

export function HitRow({ index, hit, newest }: { index: VisitIndex; hit: Hit; newest: boolean }) {
  const { outcome } = hit;
  const undone = hit.answer === "undone";
  const look = LOOKS[outcome.kind];
  const cls = `hit hit-${look}${newest && !undone ? " hit-now" : ""}${undone ? " hit-undone" : ""}`;
  const asset = "asset" in outcome ? outcome.asset : undefined;
  return (
    <li class={cls}>
      <span class="hit-i">
        <Sign kind={outcome.kind} />
      </span>
      <p class="hit-t">
        {asset ? (
          <a class="tag" href={findingPath(index.visit.id, hit.room, "asset", asset.id)}>
            {titleOf(outcome)}
          </a>
        ) : (
          <span class="tag">{titleOf(outcome)}</span>
        )}
        <span class="sub">{timeOf(hit.at)}</span>
      </p>
      <p class="hit-s">
        {undone ? t("scan.undone") : sayAnswer(index, hit)}
        {asset && !undone && <span class="sub">, {kindName(index, asset)}</span>}
      </p>
      {isOpen(hit, index) && <Answers index={index} hit={hit} />}
      {outcome.kind === "mistyped" && <Suspects index={index} hit={hit} />}
    </li>
  );
}

function sayAnswer(index: VisitIndex, hit: Hit): string {
  const words = outcomeWords(index, hit.outcome);
  if (hit.answer === undefined) return words;
  if (hit.answer === "added") return t("scan.added");
  return word("resolution", hit.answer);
}

function Sign({ kind }: { kind: Outcome["kind"] }) {
  switch (kind) {
    case "found":
      return <Icon name="check" />;
    case "again":
      return <Icon name="check-check" />;
    case "wrong_room":
      return (
        <svg class="tri" viewBox="0 0 40 40" aria-hidden="true">
          <path d="M20 4.5 38 35.5H2Z" />
          <path d="M20 16v9M20 30v.2" />
        </svg>
      );
    case "room":
      return <Icon name="door" />;
    case "unknown":
      return <b aria-hidden="true">?</b>;
    default:
      return <Icon name="ban" />;
  }
}

const WRONG_ROOM: readonly Resolution[] = ["belongs_here", "going_back", "on_loan"];

function Answers({ index, hit }: { index: VisitIndex; hit: Hit }) {
  const field = useField();
  const visit = index.visit.id;
  const answer = (resolution: Resolution): void => void answerHit(field, visit, hit, resolution);
  if (hit.outcome.kind === "wrong_room") {
    return (
      <div class="btns">
        {WRONG_ROOM.map((resolution) => (
          <button
            key={resolution}
            class="btn btn-s"
            type="button"
            onClick={() => answer(resolution)}
          >
            {word("answer", resolution)}
          </button>
        ))}
      </div>
    );
  }
  const code = "code" in hit.outcome ? hit.outcome.code : "";
  return (
    <div class="btns">
      <a class="btn btn-s" href={addPath(visit, hit.room, code)}>
        {t("scan.add_now")}
      </a>
      <button class="btn btn-s" type="button" onClick={() => answer("later")}>
        {t("scan.later")}
      </button>
    </div>
  );
}

/** A misread or mistyped code: which character it probably is. */
function Suspects({ index, hit }: { index: VisitIndex; hit: Hit }) {
  const field = useField();
  if (hit.outcome.kind !== "mistyped" || hit.outcome.suspects.length === 0) return null;
  return (
    <div class="btns">
      {hit.outcome.suspects.map((suspect) => (
        <button
          key={suspect.code}
          class="btn btn-s"
          type="button"
          onClick={() => void scanText(field, index.visit.id, hit.room, suspect.code, "hand")}
        >
          {showTag(suspect.code)}
        </button>
      ))}
    </div>
  );
}
