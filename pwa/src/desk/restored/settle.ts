/** Sending the answer about one record: done, refused with a reason, or settled by somebody before. */
import { useState } from "preact/hooks";
import type { Lost, LostSettled, Picked } from "../../domain/generated/recovery";
import { ApiProblem, call } from "../api";
import { inWords } from "../problems";
import { t } from "../say";
import { whyNot } from "./model";

export type Outcome = "applied" | "ignored";

export function useSettle(
  item: Lost,
  pick: Outcome | null,
  picked: readonly Picked[],
  reason: string,
  settled: (words: string) => void,
): { busy: boolean; failed: string | null; save: () => void } {
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const send = async (outcome: Outcome): Promise<void> => {
    setBusy(true);
    setFailed(null);
    const { kind, id, until } = item;
    try {
      const told = await call("POST /api/lost/{kind}/{record_id}/settle", {
        kind,
        record_id: id,
        outcome,
        until,
        picked: outcome === "applied" ? picked : [],
        reason: reason.trim(),
      });
      return settled(doneWords(told));
    } catch (problem) {
      if (isOver(problem)) return settled(t("restored.settled"));
      const why = whyNot(problem);
      const said = inWords(problem);
      setFailed(why ? t("restored.still", { why }) : `${said.title}. ${said.detail}`);
    }
    setBusy(false);
  };
  const save = (): void => {
    if (pick === null || busy) return;
    if (pick === "applied" && picked.length === 0) return;
    if (pick === "ignored" && reason.trim() === "") {
      setFailed(t("restored.reason.fault"));
      document.getElementById("f-reason")?.focus();
      return;
    }
    void send(pick);
  };
  return { busy, failed, save };
}

function doneWords(told: LostSettled): string {
  if (told.status === "merged") return t("restored.done.merged", { n: told.conflicts });
  return t(`restored.done.${told.status}`);
}

function isOver(problem: unknown): boolean {
  return problem instanceof ApiProblem && problem.slug === "not_found";
}
