// What was changed here since the app was opened, each with its own way back.
import { useState } from "preact/hooks";
import { t } from "../../app/words";
import { useField } from "../deps";
import { timeOf } from "../when";
import type { Target } from "./actions";

export function History({ at }: { at: Target }) {
  const { saver, ids } = useField();
  const [open, setOpen] = useState(false);
  const id =
    at.index.finding(at.kind, at.id)?.id ??
    ids.natural("finding", at.index.visit.id, at.kind, at.id);
  const changes = saver.changesOf(id);
  if (changes.length === 0) return null;
  return (
    <details class="group past" open={open} onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>{t("history.title", { n: changes.length })}</summary>
      {open && (
        <ul>
          {changes.map((change) => (
            <li key={`${change.at} ${change.words}`}>
              <span>{change.words}</span>
              <span class="sub">{timeOf(change.at)}</span>
              <button class="btn btn-s" type="button" onClick={() => void saver.undo(change, id)}>
                {t("undo")}
                <span class="hush"> {change.words}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}
