/** What is not yet in the total: counted, priced as a range, listed, never dropped. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Gap, PlanDetail } from "../../domain/generated/planning";
import { showTag } from "../../domain/tag";
import { callAll } from "../api";
import { subjectPath } from "../matrix/worst";
import { wholePounds } from "../money";
import { Heads } from "../parts/heads";
import { Plain } from "../parts/pounds";
import { Shown } from "../parts/states";
import { useResource } from "../resource";
import { href } from "../route";
import { t } from "../say";

export function Tray(props: { answer: PlanDetail }): JSX.Element {
  const { gaps, plan } = props.answer;
  const [open, setOpen] = useState(false);
  if (gaps.count === 0) return <p class="tray">{t("gaps.none")}</p>;
  return (
    <section class="tray" aria-label={t("gaps.label")}>
      <div class="row apart">
        <p>
          <strong>
            {t("gaps.count", {
              n: gaps.count,
              low: wholePounds(gaps.low_pence),
              high: wholePounds(gaps.high_pence),
            })}
          </strong>{" "}
          <span class="quiet">{t("gaps.dropped")}</span>
        </p>
        <button type="button" class="link" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? t("gaps.hide") : t("gaps.show")}
        </button>
      </div>
      {open ? <Gaps planId={plan.id} /> : null}
    </section>
  );
}

function Gaps(props: { planId: string }): JSX.Element {
  const gaps = useResource(`plan gaps ${props.planId}`, (signal) =>
    callAll("GET /api/plans/{plan_id}/gaps", { plan_id: props.planId }, signal),
  );
  return (
    <Shown of={gaps}>
      {(all) => (
        <div class="scroll">
          <table class="table tight">
            <caption class="sr">{t("gaps.label")}</caption>
            <Heads
              of={[
                t("gaps.what"),
                t("matrix.school"),
                t("gaps.why"),
                [t("plan.quantity"), "num"],
                [t("gaps.low"), "num"],
                [t("gaps.high"), "num"],
              ]}
            />
            <tbody>
              {all.map((gap) => (
                <Row key={gap.subject_id} gap={gap} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Shown>
  );
}

function Row(props: { gap: Gap }): JSX.Element {
  const { gap } = props;
  const name = [gap.name, gap.tag === null ? "" : showTag(gap.tag)]
    .filter((part) => part !== "")
    .join(" ");
  return (
    <tr>
      <th scope="row">
        <a href={href(subjectPath(gap.subject_kind, gap.subject_id))}>{name}</a>
      </th>
      <td>{gap.school_name}</td>
      <td>{gap.words}</td>
      <td class="num">{gap.quantity}</td>
      <td class="num">
        <Plain pence={gap.low_pence} />
      </td>
      <td class="num">
        <Plain pence={gap.high_pence} />
      </td>
    </tr>
  );
}
