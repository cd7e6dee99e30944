// Classroom AV graded together: one grade for all parts, and each part for what differs.
import { t } from "../../app/words";
import { Grade } from "../../ui/choice";
import { useField } from "../deps";
import { text } from "../fields";
import { Head, Rows, SubjectRow } from "../parts/rows";
import { findingPath } from "../paths";
import { setName, setParts } from "../room/groups";
import { rowOf, subjectsIn } from "../room/model";
import { typeName } from "../subject";
import type { VisitIndex } from "../visit-index";
import { gradeSet, type Target } from "./actions";
import { gradeOptions } from "./body";

export function SetBody({
  index,
  room,
  setId,
}: {
  index: VisitIndex;
  room: string;
  setId: string;
}) {
  const field = useField();
  const parts = setParts(subjectsIn(index, field.store.rating, room), setId);
  const conditions = new Set(parts.map((part) => text(part.finding, "condition")));
  const [only] = conditions;
  const targets: Target[] = parts.map((part) => ({
    field,
    index,
    room,
    kind: "asset",
    id: part.rec.id,
  }));
  return (
    <>
      <div class="find-top in">
        <div>
          <p class="find-kind">{setName(index, parts)}</p>
          <p class="sub">{t("set.together", { n: parts.length })}</p>
        </div>
      </div>
      <fieldset class="group" aria-labelledby={`set-${setId}`}>
        <div class="group-head">
          <h2 id={`set-${setId}`}>{t("set.condition", { n: parts.length })}</h2>
          <span class="was">{t("set.then")}</span>
        </div>
        <Grade
          labelledBy={`set-${setId}`}
          options={gradeOptions(undefined)}
          value={conditions.size === 1 ? only : undefined}
          onChange={(grade) => void gradeSet(targets, grade)}
        />
      </fieldset>
      <Head title={t("set.each")} aside={String(parts.length)} />
      <Rows>
        {parts.map((part) => (
          <SubjectRow
            key={part.rec.id}
            row={{ ...rowOf(index, part), title: typeName(index, part.rec) }}
            href={findingPath(index.visit.id, room, "asset", part.rec.id)}
            current={false}
          />
        ))}
      </Rows>
    </>
  );
}
