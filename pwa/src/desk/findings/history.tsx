/** What was seen of one thing, visit by visit, newest first, with its photos. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Finding } from "../../domain/generated/audits";
import { longDay, moment } from "../dates";
import type { Whole } from "../estate/edit.model";
import { PhotoStrip, photosOf } from "../matrix/evidence";
import { href } from "../route";
import { t, word } from "../say";
import { PhotoViewer } from "./photos";

export function FindingHistory(props: {
  findings: readonly Finding[];
  subject: Whole;
}): JSX.Element {
  const sorted = newestFirst(props.findings);
  return (
    <section>
      <h2>{t("findings.seen")}</h2>
      {sorted.length === 0 ? (
        <p class="quiet">{t("findings.none")}</p>
      ) : (
        <ol class="timeline">
          {sorted.map((finding) => (
            <li key={finding.id}>
              <time>{finding.seen_at === null ? "–" : longDay(finding.seen_at)}</time>
              <OneFinding finding={finding} />
            </li>
          ))}
          {props.subject.bought_on === null ? null : (
            <li>
              <time>{longDay(props.subject.bought_on)}</time>
              <div>{t("findings.bought")}</div>
            </li>
          )}
        </ol>
      )}
    </section>
  );
}

export function newestFirst(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => (b.seen_at ?? 0) - (a.seen_at ?? 0));
}

export function OneFinding(props: { finding: Finding; where?: string }): JSX.Element {
  const { finding } = props;
  const [open, setOpen] = useState<number | null>(null);
  const photos = photosOf([finding]);
  return (
    <div class="finding">
      <p>
        <a href={href(findingPath(finding))}>
          <strong>{findingWords(finding)}</strong>
        </a>
        {finding.note === null || finding.note === "" ? "" : ` “${finding.note}”`}
      </p>
      <p class="small quiet">{byLine(finding, props.where)}</p>
      {photos.length === 0 ? null : <PhotoStrip photos={photos} open={setOpen} />}
      {open === null ? null : (
        <PhotoViewer photos={photos} at={open} go={setOpen} close={() => setOpen(null)} />
      )}
    </div>
  );
}

export function findingPath(finding: Finding): string {
  return `/findings/${finding.id}?visit=${finding.visit_id}&subject=${finding.subject_id}`;
}

function byLine(finding: Finding, where?: string): string {
  const parts = [
    where ?? finding.room_name ?? "",
    finding.author ?? "",
    finding.seen_at === null ? "" : moment(finding.seen_at),
    finding.visit_name ?? "",
    finding.void === true ? t("findings.void") : "",
  ];
  return parts.filter((part) => part !== "").join(" · ");
}

/** "D, end of life: hinge, screen" or "Not seen", or a lot's spread. */
export function findingWords(finding: Finding): string {
  if (finding.seen === false) return t("findings.not_seen");
  const faults = Object.entries(finding.faults ?? {})
    .filter(([, on]) => on)
    .map(([key]) => word("fault", key));
  const spread = spreadWords(finding);
  const grade = finding.condition === null ? spread : word("grade.long", finding.condition);
  const resolution =
    finding.resolution === null || finding.resolution === "here"
      ? ""
      : word("resolution", finding.resolution);
  const head = [grade || t("findings.found"), resolution].filter((part) => part !== "").join(", ");
  return faults.length === 0 ? head : `${head}: ${faults.join(", ")}`;
}

function spreadWords(finding: Finding): string {
  const counts: [string, number | null][] = [
    ["A", finding.count_a],
    ["B", finding.count_b],
    ["C", finding.count_c],
    ["D", finding.count_d],
  ];
  return counts
    .filter(([, n]) => n !== null && n > 0)
    .map(([grade, n]) => `${n} ${grade}`)
    .join(", ");
}
