// The frozen checklist of a visit: its questions, and what stands as an answer to each.
import { t, word } from "../../app/words";
import type { Rec, Value } from "../../data/types";
import { text } from "../fields";
import type { VisitIndex } from "../visit-index";

export type AnswerKind = "choice" | "multi" | "number" | "text" | "date" | "photo" | "yes_no";

export interface Question {
  key: string;
  text: string;
  answer: AnswerKind;
  choices: readonly string[];
  help: string;
  /** The answer at which a photo is asked for. */
  photoIf: string;
}

const KINDS: readonly string[] = ["choice", "multi", "number", "text", "date", "photo", "yes_no"];

/** The questions about a room ("room") or an asset type's key; what this build cannot ask is left out. */
export function questionsAbout(index: VisitIndex, about: string): Question[] {
  const lists = index.visit.f.checklists;
  if (!Array.isArray(lists)) return [];
  return lists.filter(isObject).flatMap((list) => {
    if (list.about !== about || !Array.isArray(list.questions)) return [];
    return list.questions.filter(isObject).flatMap(readQuestion);
  });
}

type Obj = { [k: string]: Value };
const isObject = (value: Value): value is Obj =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const str = (value: Value | undefined): string => (typeof value === "string" ? value : "");

function readQuestion(raw: Obj): Question[] {
  const key = str(raw.key);
  const answer = str(raw.answer);
  if (!key || !KINDS.includes(answer)) return [];
  const choices = Array.isArray(raw.choices) ? raw.choices.map((choice) => str(choice)) : [];
  const yesNo = answer === "yes_no" && choices.length === 0;
  return [
    {
      key,
      text: str(raw.text) || key,
      answer: answer as AnswerKind,
      choices: yesNo ? ["yes", "no"] : choices.filter(Boolean),
      help: str(raw.help),
      photoIf: str(raw.photo_if),
    },
  ];
}

export const answerField = (question: Question): string => `answers/${question.key}`;

export function answerTo(rec: Rec | undefined, question: Question): Value {
  return rec?.f[answerField(question)] ?? null;
}

export function isAnswered(value: Value): boolean {
  return value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);
}

export function answerWords(question: Question, value: Value): string {
  if (!isAnswered(value)) return t("about.not_yet");
  if (Array.isArray(value)) return value.map((v) => word("choice", str(v))).join(", ");
  if (typeof value === "boolean") return value ? t("yes") : t("no");
  const chosen = question.answer === "choice" || question.answer === "yes_no";
  return chosen ? word("choice", String(value)) : String(value);
}

export interface AboutRow {
  key: string;
  question: string;
  answered: boolean;
  answer: string;
}

export function aboutRows(index: VisitIndex, room: string): AboutRow[] {
  // Whole school and Unplaced are lists, not rooms to stand in.
  if (text(index.room(room), "builtin")) return [];
  const walk = index.walk(room);
  return questionsAbout(index, "room").map((question) => {
    const value = answerTo(walk, question);
    return {
      key: question.key,
      question: question.text,
      answered: isAnswered(value),
      answer: answerWords(question, value),
    };
  });
}

/** This answer asks for a photo, and none was taken yet. */
export function wantsPhoto(question: Question, value: Value, photos: number): boolean {
  return question.photoIf !== "" && value === question.photoIf && photos === 0;
}
