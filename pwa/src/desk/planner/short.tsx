/** Must-dos that no year can pay for: how many and how much first, then each in words. */
import type { JSX } from "preact";
import type { PlanDetail } from "../../domain/generated/planning";
import { wholePounds } from "../money";
import { Heads } from "../parts/heads";
import { Plain } from "../parts/pounds";
import { t } from "../say";

export function Shortfalls(props: { answer: PlanDetail }): JSX.Element | null {
  const { short, schools } = props.answer;
  if (short.length === 0) return null;
  const names = new Map(schools.map((school) => [school.id, school.name]));
  const total = short.reduce((sum, one) => sum + one.pence, 0);
  return (
    <details class="notice r shortfalls">
      <summary>
        <strong>{t("plan.short", { n: short.length, total: wholePounds(total) })}</strong>{" "}
        {t("plan.short.words")}
      </summary>
      <div class="scroll">
        <table class="table tight">
          <Heads
            of={[
              t("matrix.school"),
              t("plans.one_year"),
              t("plan.short.why"),
              [t("plan.total_pounds"), "num"],
            ]}
          />
          <tbody>
            {short.map((one) => (
              <tr key={one.school_id + one.words}>
                <th scope="row">{names.get(one.school_id) ?? ""}</th>
                <td class="nowrap">{one.label}</td>
                <td>{firstSentence(one.words)}</td>
                <td class="num">
                  <Plain pence={one.pence} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

/** The rest of what the server says is the same for every row, and stands once above them. */
function firstSentence(words: string): string {
  const end = words.search(/\.\s/);
  return end === -1 ? words : words.slice(0, end + 1);
}
