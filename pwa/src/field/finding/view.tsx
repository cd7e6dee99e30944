// The finding screen: alone on a phone, beside its room on a wide tablet; previous, scan, next.
import { useEffect } from "preact/hooks";
import { t } from "../../app/words";
import { parseTag, showTag } from "../../domain/tag";
import { Icon } from "../../ui/icon";
import { useField } from "../deps";
import { number } from "../fields";
import { Missing } from "../parts/missing";
import { findingPath, HOME, roomPath, scanPath } from "../paths";
import { rememberPlace } from "../place";
import { RoomBody } from "../room/body";
import { groupSubjects, setName, setParts } from "../room/groups";
import { isSeen, subjectsIn } from "../room/model";
import type { RoomAddress } from "../room/view";
import { roomRows } from "../rooms/model";
import { RoomList } from "../rooms/view";
import { useWedge } from "../scan/use-wedge";
import { Pane, Shell, useWide } from "../shell";
import { callName, roomName } from "../subject";
import { indexVisit, type SubjectKind, type VisitIndex } from "../visit-index";
import { timeOf } from "../when";
import { FindingBody } from "./body";

interface FindingAddress extends RoomAddress {
  kind: string;
  id: string;
}

const KINDS: readonly string[] = ["asset", "lot", "system", "set"];

export function FindingScreen({ visit, room, kind, id }: FindingAddress) {
  const { store } = useField();
  const index = indexVisit(store, visit);
  if (!index)
    return <Missing what={t("missing.visit")} back={{ href: HOME, label: t("back.visits") }} />;
  const known = KINDS.includes(kind) && (kind === "set" || index.subject(kind, id) !== undefined);
  if (!known) {
    const back = {
      href: roomPath(visit, room),
      label: t("back.to", { where: roomName(index, room) }),
    };
    return <Missing what={t("missing.asset")} back={back} />;
  }
  return <Finding index={index} room={room} kind={kind as SubjectKind | "set"} id={id} />;
}

interface FindingProps {
  index: VisitIndex;
  room: string;
  kind: SubjectKind | "set";
  id: string;
}

function Finding({ index, room, kind, id }: FindingProps) {
  const { store, now } = useField();
  const wide = useWide();
  const visit = index.visit.id;
  const key = `${kind}:${id}`;
  useEffect(() => rememberPlace({ visit, room }), [visit, room]);
  useWedge(index, room, true);
  const subjects = subjectsIn(index, store.rating, room);
  const name = roomName(index, room);
  const title = titleOf(index, kind, id, subjects);
  const finding = index.finding(kind, id);
  const line =
    kind === "set"
      ? t("finding.line_set", { room: name })
      : isSeen(finding)
        ? t("finding.line_found", { room: name, time: timeOf(number(finding, "seen_at") ?? 0) })
        : t("finding.line", { room: name });
  return (
    <Shell
      title={title}
      tag={parseTag(title) !== undefined}
      line={line}
      back={{ href: roomPath(visit, room), label: t("back.to", { where: name }) }}
      panes={wide ? 3 : 1}
      dockClass="dock-3"
      dock={<Dock index={index} room={room} current={key} />}
    >
      {wide && (
        <>
          <Pane as="nav" label={t("rooms.label")} name={`rooms ${visit}`}>
            <RoomList index={index} rows={roomRows(index, store.rating, now())} current={room} />
          </Pane>
          <Pane as="section" label={name} name={`room ${room}`}>
            <RoomBody index={index} room={room} titled selected={key} />
          </Pane>
        </>
      )}
      <Pane as="main" name={`finding ${key}`}>
        <FindingBody index={index} room={room} kind={kind} id={id} />
      </Pane>
    </Shell>
  );
}

function titleOf(
  index: VisitIndex,
  kind: SubjectKind | "set",
  id: string,
  subjects: ReturnType<typeof subjectsIn>,
): string {
  if (kind === "set") return setName(index, setParts(subjects, id));
  const rec = index.subject(kind, id);
  return rec ? showTag(callName(index, rec)) : "";
}

/** Previous and next in the room's own order, the one under the fingers first. */
function Dock({ index, room, current }: { index: VisitIndex; room: string; current: string }) {
  const { store } = useField();
  const visit = index.visit.id;
  const rows = groupSubjects(index, subjectsIn(index, store.rating, room)).flatMap(
    (group) => group.rows,
  );
  const at = rows.findIndex((row) => row.key === current);
  const link = (by: number): string => {
    const row = at < 0 ? undefined : rows[at + by];
    return row ? findingPath(visit, room, row.kind, row.id) : roomPath(visit, room);
  };
  return (
    <>
      <a class="btn" href={link(-1)}>
        <Icon name="chevron-left" />
        {t("previous")}
      </a>
      <a class="btn btn-main" href={scanPath(visit, room)}>
        <Icon name="scan" />
        {t("scan")}
      </a>
      <a class="btn" href={link(1)}>
        {t("next")}
        <Icon name="chevron-right" />
      </a>
    </>
  );
}
