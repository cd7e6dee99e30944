/** The findings of a school or a visit, newest first. */

import type { JSX } from "preact";
import type { Finding, Findings } from "../../domain/generated/audits";
import type { Room } from "../../domain/generated/estate";
import { call, callAll, PAGE } from "../api";
import { shortDay } from "../dates";
import { stepRow, useKeys } from "../keys";
import { Heads } from "../parts/heads";
import { Choice } from "../parts/page";
import { Empty, Shown } from "../parts/states";
import { useResource } from "../resource";
import { href, place, setQuery } from "../route";
import { t } from "../say";
import { findingPath, findingWords, newestFirst } from "./history";

export function FindingList(props: { schoolId: string; rooms: readonly Room[] }): JSX.Element {
  const visits = useResource("visits", (signal) => callAll("GET /api/visits", {}, signal));
  return (
    <Shown of={visits}>
      {(all) => {
        const own = all.filter((visit) => visit.school_id === props.schoolId);
        const first = own[0];
        if (first === undefined) {
          return <Empty title={t("visits.empty")} words={t("findings.no_visit")} />;
        }
        const chosen = place.value.query.get("visit") ?? first.id;
        return (
          <>
            <div class="filters">
              <Choice
                label={t("visits.one")}
                value={chosen}
                options={own.map((visit) => [visit.id, visit.name] as const)}
                choose={(visit) => setQuery({ visit, after: null })}
              />
            </div>
            <VisitFindings visitId={chosen} rooms={props.rooms} />
          </>
        );
      }}
    </Shown>
  );
}

export function VisitFindings(props: { visitId: string; rooms: readonly Room[] }): JSX.Element {
  const after = place.value.query.get("after");
  const list = useResource(`findings of ${props.visitId} ${after ?? ""}`, (signal) =>
    call("GET /api/findings", { visit_id: props.visitId, after, limit: PAGE }, signal),
  );
  useKeys({ j: () => stepRow(1), k: () => stepRow(-1) });
  return (
    <Shown of={list}>
      {(page) =>
        page.items.length === 0 ? (
          <Empty title={t("findings.empty")} words={t("findings.empty.words")} />
        ) : (
          <Rows page={page} rooms={props.rooms} />
        )
      }
    </Shown>
  );
}

function Rows(props: { page: Findings; rooms: readonly Room[] }): JSX.Element {
  const names = new Map(props.rooms.map((room) => [room.id, room.name]));
  const { page } = props;
  return (
    <>
      <div class="scroll">
        <table class="table mid rows-stack">
          <caption class="sr">{t("findings.title")}</caption>
          <Heads
            of={[
              t("findings.what"),
              t("findings.seen_as"),
              t("school.room"),
              t("findings.by"),
              [t("findings.photos"), "num"],
              [t("findings.on"), "num"],
            ]}
          />
          <tbody>
            {newestFirst(page.items).map((finding) => (
              <Row key={finding.id} finding={finding} names={names} />
            ))}
          </tbody>
        </table>
      </div>
      <p class="tfoot">
        <span>{t("findings.shown", { n: page.items.length })}</span>
        {page.next === null ? null : (
          <button type="button" class="btn mini" onClick={() => setQuery({ after: page.next })}>
            {t("page.next")}
          </button>
        )}
      </p>
    </>
  );
}

function Row(props: { finding: Finding; names: ReadonlyMap<string, string> }): JSX.Element {
  const { finding, names } = props;
  const where = finding.room_name ?? names.get(finding.seen_room_id ?? "") ?? "–";
  return (
    <tr>
      <th scope="row">
        <a href={href(findingPath(finding))} data-row="">
          {finding.subject_name ?? finding.code ?? t(`kind.${finding.subject_kind}`)}
        </a>
      </th>
      <td>{findingWords(finding)}</td>
      <td>{where}</td>
      <td data-of={t("findings.by")}>{finding.author ?? "–"}</td>
      <td class="num" data-of={t("findings.photos")}>
        {finding.photos.length === 0 ? <span class="quiet">0</span> : finding.photos.length}
      </td>
      <td class="num">{finding.seen_at === null ? "–" : shortDay(finding.seen_at)}</td>
    </tr>
  );
}
