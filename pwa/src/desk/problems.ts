/** A problem in words: what happened, whether work is safe, what to do next. */
import { ApiProblem } from "./api";
import { type DeskWord, t } from "./say";

export interface Said {
  readonly title: string;
  readonly detail: string;
  /** What the one button does: try again, sign in, or nothing can be done here. */
  readonly next: "retry" | "sign_in" | "back" | "reload";
}

const KNOWN: Readonly<Record<string, readonly [DeskWord, DeskWord, Said["next"]]>> = {
  no_network: ["problem.no_network", "problem.no_network.detail", "retry"],
  no_answer: ["problem.no_answer", "problem.no_answer.detail", "retry"],
  sign_in_needed: ["problem.sign_in_needed", "problem.sign_in_needed.detail", "sign_in"],
  not_allowed: ["problem.not_allowed", "problem.not_allowed.detail", "back"],
  not_found: ["problem.not_found", "problem.not_found.detail", "back"],
  conflict: ["problem.conflict", "problem.conflict.detail", "reload"],
  unavailable: ["problem.unavailable", "problem.unavailable.detail", "retry"],
  too_many: ["problem.too_many", "problem.too_many.detail", "retry"],
};

/** Turn whatever was thrown into words; what the server said in detail is kept. */
export function inWords(thrown: unknown): Said {
  if (!(thrown instanceof ApiProblem)) {
    return { title: t("problem.here"), detail: t("problem.here.detail"), next: "reload" };
  }
  const known = KNOWN[thrown.slug];
  if (known !== undefined) {
    const [title, detail, next] = known;
    return { title: t(title), detail: thrown.detail || t(detail), next };
  }
  const title = thrown.status >= 500 || thrown.title === "" ? t("problem.server") : thrown.title;
  const detail = thrown.detail || t("problem.server.detail");
  return { title, detail, next: "retry" };
}

/** The form's own faults, one a field, in the order the form shows them. */
export function fieldFaults(thrown: unknown, order: readonly string[]): [string, string][] {
  if (!(thrown instanceof ApiProblem)) return [];
  const known = order.filter((name) => name in thrown.fields);
  const others = Object.keys(thrown.fields).filter((name) => !order.includes(name));
  return [...known, ...others].map((name) => [name, thrown.fields[name] ?? ""]);
}
