/** What a visit waits for before it can be closed: two values, held changes, work still on devices. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Unsent, Unsettled } from "../../domain/generated/audits";
import { moment } from "../dates";
import { FaultList, Field } from "../parts/form";
import { Heads } from "../parts/heads";
import { useSubmit } from "../parts/submit";
import { idOf, titleOf, topicOf } from "../review/model";
import { href } from "../route";
import { t } from "../say";

export function isSettled(work: Unsettled): boolean {
  return work.conflicts === 0 && work.held === 0 && work.devices.length === 0;
}

export function OpenWork(props: {
  visitId: string;
  work: Unsettled;
  close: (reason: string) => Promise<void>;
}): JSX.Element {
  const { work } = props;
  if (isSettled(work)) {
    return (
      <section class="open-work">
        <h2>{t("visits.open_work")}</h2>
        <p class="small quiet">{t("visits.open_work.none")}</p>
      </section>
    );
  }
  return (
    <section class="open-work">
      <h2>{t("visits.open_work")}</h2>
      {work.items.length === 0 ? null : <Waiting visitId={props.visitId} work={work} />}
      {work.devices.length === 0 ? null : <Devices devices={work.devices} />}
      {work.conflicts + work.held === 0 ? <Over close={props.close} /> : null}
    </section>
  );
}

function Waiting(props: { visitId: string; work: Unsettled }): JSX.Element {
  const { work, visitId } = props;
  const facts = [
    work.conflicts === 0 ? "" : t("visits.open_work.conflicts", { n: work.conflicts }),
    work.held === 0 ? "" : t("visits.open_work.held", { n: work.held }),
  ];
  return (
    <div>
      <h3>{facts.filter((fact) => fact !== "").join(", ")}</h3>
      <ul>
        {work.items.map((item) => (
          <li key={idOf(item)}>
            <a href={`${href("/review")}?visit=${visitId}&item=${encodeURIComponent(idOf(item))}`}>
              {titleOf(item)}: {topicOf(item)}
            </a>{" "}
            <span class="small quiet">{item.room_name ?? ""}</span>
          </li>
        ))}
      </ul>
      {work.is_all ? null : (
        <a href={`${href("/review")}?visit=${visitId}`}>{t("visits.open_work.more")}</a>
      )}
    </div>
  );
}

function Devices(props: { devices: readonly Unsent[] }): JSX.Element {
  return (
    <div>
      <h3>{t("visits.open_work.devices")}</h3>
      <p class="small quiet">{t("visits.open_work.devices.words")}</p>
      <div class="scroll">
        <table class="table tight rows-stack">
          <caption class="sr">{t("visits.open_work.devices")}</caption>
          <Heads
            of={[
              t("unsent.person"),
              t("unsent.device"),
              [t("unsent.changes"), "num"],
              [t("unsent.photos"), "num"],
              t("unsent.last_seen"),
            ]}
          />
          <tbody>
            {props.devices.map((one) => (
              <tr key={`${one.person} ${one.device}`}>
                <th scope="row">{one.person ?? "–"}</th>
                <td>{t("unsent.tablet", { device: one.device })}</td>
                <td class="num" data-of={t("unsent.changes")}>
                  {one.changes}
                </td>
                <td class="num" data-of={t("unsent.photos")}>
                  {one.photos}
                </td>
                <td data-of={t("unsent.last_seen")}>{moment(one.last_seen)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

/** A device that is gone for good must not hold a visit open for ever: a reason is asked for and kept. */
function Over(props: { close: (reason: string) => Promise<void> }): JSX.Element {
  const [reason, setReason] = useState("");
  const { faults, failed, busy, run } = useSubmit(["reason"]);
  const submit = (event: Event): void =>
    void run(
      event,
      () => (reason.trim() === "" ? [["reason", t("visits.open_work.fault")]] : []),
      () => props.close(reason.trim()),
    );
  return (
    <details>
      <summary>{t("visits.open_work.over")}</summary>
      <form class="form" noValidate onSubmit={submit}>
        <p class="small quiet">{t("visits.open_work.over.words")}</p>
        <FaultList faults={faults} failed={failed} />
        <Field name="reason" label={t("review.reason")} faults={faults}>
          {({ id, describedBy, bad }) => (
            <textarea
              id={id}
              rows={2}
              maxLength={500}
              aria-invalid={bad}
              aria-describedby={describedBy}
              value={reason}
              onInput={(event) => setReason(event.currentTarget.value)}
            />
          )}
        </Field>
        <div class="acts">
          <button type="submit" class="btn" aria-disabled={busy}>
            {busy ? t("act.sending") : t("visits.close.over")}
          </button>
        </div>
      </form>
    </details>
  );
}
