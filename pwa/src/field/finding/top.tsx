// What it is, how it stands, and whether it is here: the head of a finding.
import { t, word } from "../../app/words";
import { Icon, RagSign } from "../../ui/icon";
import { useField } from "../deps";
import type { Resolution } from "../edits";
import { number, text } from "../fields";
import { lotCondition, type Snapshot, shownRating } from "../rating";
import { counts, isSeen } from "../room/model";
import { callName, kindName, knownFacts, roomName, typeName } from "../subject";
import { dayOf, timeOf } from "../when";
import { markHere, resolve, type Target } from "./actions";

export function Top({ at }: { at: Target }) {
  const { store } = useField();
  const { index, kind, id } = at;
  const rec = index.subject(kind, id);
  if (!rec) return null;
  const finding = index.finding(kind, id);
  const seen = isSeen(finding);
  const snapshot = store.rating(kind, id);
  const condition = kind === "lot" ? lotCondition(counts(finding)) : text(finding, "condition");
  const colour = shownRating(seen, condition, snapshot);
  const name = callName(index, rec);
  const kindWords = kind === "asset" ? kindName(index, rec) : typeName(index, rec);
  const rated = store.ratedAt.value;
  const colourWords = !seen
    ? t("rag.not_seen")
    : colour === "none"
      ? t("rag.not_rated")
      : word("rag", colour);
  return (
    <div class="find-top in">
      <div class="find-name">
        <p class="find-tag tag">{name}</p>
        <p class="find-kind">{kindWords}</p>
        <p class="sub">{knownFacts(rec)}</p>
      </div>
      <div class="find-rag">
        <span class="rag">
          <RagSign colour={colour} />
          {colourWords}
        </span>
        <p class="sub">{reasons(seen ? condition : undefined, snapshot, rated)}</p>
      </div>
    </div>
  );
}

/** "Condition C, rated amber on 3 November": what this tablet saw, then what the server last said. */
function reasons(
  condition: string | undefined,
  snapshot: Snapshot,
  rated: number | undefined,
): string {
  const colour = snapshot ? word("rag", snapshot).toLowerCase() : "";
  const parts = [
    condition ? t("finding.by_condition", { condition }) : undefined,
    snapshot && rated ? t("finding.rated", { colour, when: dayOf(rated) }) : undefined,
  ];
  const line = parts.filter(Boolean).join(", ");
  return line.charAt(0).toUpperCase() + line.slice(1);
}

const ANSWERS: readonly Resolution[] = ["belongs_here", "going_back", "on_loan"];

/** Here or not; where it was seen instead; or, in the wrong room, where it belongs. */
export function Presence({ at }: { at: Target }) {
  const { index, room, kind, id } = at;
  const finding = index.finding(kind, id);
  const home = text(index.subject(kind, id), "room_id");
  if (!isSeen(finding)) return <NotSeenYet at={at} home={home} />;
  const seenIn = text(finding, "seen_room_id");
  const time = timeOf(number(finding, "seen_at") ?? 0);
  const resolution = text(finding, "resolution");
  if (seenIn !== room) {
    return (
      <div class="in find-here">
        <p>{t("finding.seen_in", { room: roomName(index, seenIn), time })}</p>
        <button class="btn btn-s" type="button" onClick={() => void markHere(at)}>
          {t("finding.is_here")}
        </button>
      </div>
    );
  }
  if (home !== room && !resolution) return <WrongRoom at={at} home={home} />;
  const more = resolution && resolution !== "here" ? word("resolution", resolution) : "";
  return (
    <p class="in find-seen">
      <Icon name="check" small />
      {t("finding.found_at", { time })}
      {more && `, ${more.toLowerCase()}`}
    </p>
  );
}

interface HomeProps {
  at: Target;
  home: string | undefined;
}

function NotSeenYet({ at, home }: HomeProps) {
  const elsewhere = home !== undefined && home !== at.room;
  return (
    <div class="in find-here">
      <button class="btn" type="button" onClick={() => void markHere(at)}>
        <Icon name="check" />
        {t(at.kind === "system" ? "finding.in_use" : "finding.is_here")}
      </button>
      <p class="sub">
        {elsewhere ? t("finding.listed", { room: roomName(at.index, home) }) : t("finding.not_yet")}
      </p>
    </div>
  );
}

function WrongRoom({ at, home }: HomeProps) {
  return (
    <div class="in find-here find-wrong">
      <p>
        <Icon name="alert" small /> {t("scan.wrong_room", { room: roomName(at.index, home) })}
      </p>
      <div class="btns">
        {ANSWERS.map((each) => (
          <button key={each} class="btn btn-s" type="button" onClick={() => void resolve(at, each)}>
            {word("answer", each)}
          </button>
        ))}
      </div>
    </div>
  );
}
