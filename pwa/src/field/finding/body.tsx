// One thing in this visit: here or not, its condition, what is wrong, photos, note, questions.
import { t, word } from "../../app/words";
import { Grade, Toggle, Was } from "../../ui/choice";
import { answerField, answerTo, questionsAbout } from "../about/model";
import { FieldRenderer } from "../about/question";
import { useField } from "../deps";
import { faultsOf, text, texts } from "../fields";
import { useAutosave } from "../parts/autosave";
import { photoPath } from "../paths";
import { PhotoStrip } from "../photo/strip";
import { type Before, beforeVisit } from "../subject";
import type { SubjectKind, VisitIndex } from "../visit-index";
import { answer, faultsOffered, setCondition, setFault, type Target } from "./actions";
import { History } from "./history";
import { LotBody } from "./lot";
import { SetBody } from "./set";
import { Presence, Top } from "./top";

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
        {before && beforeWords && (
          <Was>{t("before", { when: before.when, what: beforeWords })}</Was>
        )}
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
