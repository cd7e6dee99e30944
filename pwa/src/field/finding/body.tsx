// One thing in this visit: here or not, its condition, what is wrong, photos, note, questions.
import { t, word } from "../../app/words";
import { Grade, Toggle, Was } from "../../ui/choice";
import { Icon, RagSign } from "../../ui/icon";
import { answerField, answerTo, questionsAbout } from "../about/model";
import { FieldRenderer } from "../about/question";
import { useField } from "../deps";
import type { Resolution } from "../edits";
import { faultsOf, number, text, texts } from "../fields";
import { useAutosave } from "../parts/autosave";
import { PhotoStrip } from "../photo/strip";
import { photoPath } from "../paths";
import { isSeen } from "../room/model";
import { shownRating } from "../rating";
import { beforeVisit, type Before, callName, kindName, knownFacts, roomName, typeName } from "../subject";
import type { SubjectKind, VisitIndex } from "../visit-index";
import { dayOf, timeOf } from "../when";
import { answer, faultsOffered, markHere, resolve, setCondition, setFault, type Target } from "./actions";
import { History } from "./history";
import { LotBody } from "./lot";
import { SetBody } from "./set";

export const GRADES = ["A", "B", "C", "D"] as const;

interface FindingBodyProps {
  index: VisitIndex;
  room: string;
  kind: SubjectKind | "set";
  id: string;
}

export function FindingBody({ index, room, kind, id }: FindingBodyProps) {
  const field = useField();
  if (kind === "set") return <SetBody index={index} room={room} setId={id} />;
  const at: Target = { field, index, room, kind, id };
  const key = `${kind}:${id}`;
  return (
    <>
      <Top at={at} />
      <Presence at={at} />
      {kind === "lot" ? <LotBody key={key} at={at} /> : <Condition at={at} />}
      <Faults at={at} />
      <Photos at={at} />
      <Note key={key} at={at} />
      <Questions at={at} />
      <History at={at} />
    </>
  );
}

function Top({ at }: { at: Target }) {
  const { store } = useField();
  const { index, kind, id } = at;
  const rec = index.subject(kind, id);
  if (!rec) return null;
  const finding = index.finding(kind, id);
  const seen = isSeen(finding);
  const snapshot = store.rating(kind, id);
  const colour = shownRating(seen, text(finding, "condition"), snapshot);
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
        {snapshot && rated && (
          <p class="sub">{t("finding.rated", { colour: word("rag", snapshot).toLowerCase(), when: dayOf(rated) })}</p>
        )}
      </div>
    </div>
  );
}

const ANSWERS: readonly Resolution[] = ["belongs_here", "going_back", "on_loan"];

function Presence({ at }: { at: Target }) {
  const { index, room, kind, id } = at;
  const finding = index.finding(kind, id);
  const home = text(index.subject(kind, id), "room_id");
  if (!isSeen(finding)) {
    return (
      <div class="in find-here">
        <button class="btn" type="button" onClick={() => void markHere(at)}>
          <Icon name="check" />
          {t("finding.is_here")}
        </button>
        <p class="sub">{home && home !== room ? t("finding.listed", { room: roomName(index, home) }) : t("finding.not_yet")}</p>
      </div>
    );
  }
  const seenIn = text(finding, "seen_room_id");
  const time = timeOf(number(finding, "seen_at") ?? 0);
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
  const resolution = text(finding, "resolution");
  if (home === room || (resolution && resolution !== "here")) {
    const words = resolution && resolution !== "here" ? `, ${word("resolution", resolution).toLowerCase()}` : "";
    return (
      <p class="in find-seen">
        <Icon name="check" small />
        {t("finding.found_at", { time })}
        {words}
      </p>
    );
  }
  return (
    <div class="in find-here find-wrong">
      <p>
        <Icon name="alert" small /> {t("scan.wrong_room", { room: roomName(index, home) })}
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

export function gradeOptions(before: Before | undefined) {
  return GRADES.map((value) => ({
    value,
    label: word("condition", value),
    ...(before?.condition === value ? { before: t("last_visit") } : {}),
  }));
}

function Condition({ at }: { at: Target }) {
  const { index, kind, id } = at;
  const before = beforeVisit(index, index.subject(kind, id));
  const finding = index.finding(kind, id);
  return (
    <fieldset class="group" aria-labelledby={`condition-${id}`}>
      <div class="group-head">
        <h2 id={`condition-${id}`}>{t("condition")}</h2>
        {before?.condition && (
          <Was>
            {t("before", {
              when: before.when,
              what: `${before.condition}, ${word("condition", before.condition).toLowerCase()}`,
            })}
          </Was>
        )}
      </div>
      <Grade
        labelledBy={`condition-${id}`}
        options={gradeOptions(before)}
        value={text(finding, "condition")}
        onChange={(grade) => void setCondition(at, grade)}
      />
    </fieldset>
  );
}

function Faults({ at }: { at: Target }) {
  const { index, kind, id } = at;
  const rec = index.subject(kind, id);
  const marked = faultsOf(index.finding(kind, id));
  const offered = faultsOffered(texts(index.type(text(rec, "asset_type_id")), "faults"), marked);
  if (offered.length === 0) return null;
  const before = beforeVisit(index, rec);
  const beforeWords = before?.faults.map((fault) => word("fault", fault).toLowerCase()).join(", ");
  return (
    <fieldset class="group" aria-labelledby={`faults-${id}`}>
      <div class="group-head">
        <h2 id={`faults-${id}`}>{t("faults.title")}</h2>
        {before && beforeWords && <Was>{t("before", { when: before.when, what: beforeWords })}</Was>}
      </div>
      <div class="toggles">
        {offered.map((fault) => (
          <Toggle
            key={fault}
            label={word("fault", fault)}
            on={marked.includes(fault)}
            before={before?.faults.includes(fault) ? t("last_visit") : undefined}
            onChange={(on) => void setFault(at, fault, on)}
          />
        ))}
      </div>
    </fieldset>
  );
}

function photosOf(at: Target) {
  const finding = at.index.finding(at.kind, at.id);
  return finding ? at.index.photosOf("finding", finding.id) : [];
}

function Photos({ at }: { at: Target }) {
  const photos = photosOf(at);
  return (
    <div class="group">
      <div class="group-head">
        <h2>{t("photos.title")}</h2>
        <span class="was">{t("photos.of", { n: photos.length })}</span>
      </div>
      <PhotoStrip photos={photos} href={photoPath(at.index.visit.id, at.room, at.kind, at.id)} />
    </div>
  );
}

function Note({ at }: { at: Target }) {
  const saved = text(at.index.finding(at.kind, at.id), "note") ?? "";
  const auto = useAutosave(saved, (note) => answer(at, { note: note || null }));
  return (
    <div class="group">
      <h2>
        <label for={`note-${at.id}`}>{t("note")}</label>
      </h2>
      <textarea id={`note-${at.id}`} class="input" rows={2} maxLength={4000} {...auto} />
    </div>
  );
}

function Questions({ at }: { at: Target }) {
  const { index, kind, id } = at;
  const key = text(index.type(text(index.subject(kind, id), "asset_type_id")), "key");
  const questions = key ? questionsAbout(index, key) : [];
  if (questions.length === 0) return null;
  const finding = index.finding(kind, id);
  return (
    <div class="group">
      <h2>{t("questions")}</h2>
      {questions.map((question) => (
        <FieldRenderer
          key={`${id} ${question.key}`}
          question={question}
          value={answerTo(finding, question)}
          photos={photosOf(at).length}
          photoHref={photoPath(index.visit.id, at.room, kind, id)}
          save={(value) => answer(at, { [answerField(question)]: value })}
        />
      ))}
    </div>
  );
}
