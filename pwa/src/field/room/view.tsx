// The room audit: what was found of what is listed, on the way to "Done, next room".
import { useEffect, useState } from "preact/hooks";
import { t } from "../../app/words";
import { Icon } from "../../ui/icon";
import { useField } from "../deps";
import { text } from "../fields";
import { FindingBody } from "../finding/body";
import { Missing } from "../parts/missing";
import { HOME, roomPath, scanPath, visitPath } from "../paths";
import { rememberPlace } from "../place";
import { nextRoom, roomRows } from "../rooms/model";
import { RoomList } from "../rooms/view";
import { useWedge } from "../scan/use-wedge";
import { Pane, Shell, useWide } from "../shell";
import { roomName } from "../subject";
import { indexVisit, type VisitIndex } from "../visit-index";
import { closeRoom } from "./actions";
import { RoomBody } from "./body";
import { groupSubjects } from "./groups";
import { LeaveSheet } from "./leave";
import { isClosed, subjectsIn } from "./model";

export interface RoomAddress {
  visit: string;
  room: string;
}

export function RoomScreen({
  visit,
  room,
  sheet,
}: RoomAddress & { sheet?: preact.ComponentChildren }) {
  const { store } = useField();
  const index = indexVisit(store, visit);
  if (!index)
    return <Missing what={t("missing.visit")} back={{ href: HOME, label: t("back.visits") }} />;
  if (!index.room(room)) {
    const back = { href: visitPath(visit), label: t("back.rooms") };
    return <Missing what={t("missing.room")} back={back} />;
  }
  return <Room index={index} room={room} sheet={sheet} />;
}

interface RoomProps {
  index: VisitIndex;
  room: string;
  sheet: preact.ComponentChildren;
}

function Room({ index, room, sheet }: RoomProps) {
  const { store, router, now } = useField();
  const wide = useWide();
  const [leaving, setLeaving] = useState(false);
  const visit = index.visit.id;
  useEffect(() => rememberPlace({ visit, room }), [visit, room]);
  useWedge(index, room, sheet === undefined);
  const subjects = subjectsIn(index, store.rating, room);
  const notSeen = subjects.filter((subject) => subject.expected && !subject.seen);
  const row = wide ? groupSubjects(index, subjects)[0]?.rows[0] : undefined;
  const first = row && row.kind !== "kept" ? { ...row, kind: row.kind } : undefined;
  const building = text(index.building(text(index.room(room), "building_id")), "name");
  const school = text(index.school, "name") ?? "";
  function next(): void {
    setLeaving(false);
    const row = nextRoom(roomRows(index, store.rating, now()), room);
    router.go(row ? roomPath(visit, row.id) : visitPath(visit));
  }
  return (
    <Shell
      title={roomName(index, room)}
      line={building ?? school}
      lineFirst={building ? school : undefined}
      back={{ href: visitPath(visit), label: t("back.to", { where: school }) }}
      panes={wide ? 3 : 1}
      dock={
        <Dock
          index={index}
          room={room}
          left={notSeen.length}
          onDone={() => setLeaving(true)}
          next={next}
        />
      }
      sheet={sheet}
    >
      {wide && (
        <Pane as="nav" label={t("rooms.label")} name={`rooms ${visit}`}>
          <RoomList index={index} rows={roomRows(index, store.rating, now())} current={room} />
        </Pane>
      )}
      <Pane as="main" name={`room ${room}`}>
        <RoomBody index={index} room={room} selected={first?.key} />
      </Pane>
      {first && (
        <Pane as="aside" label={first.title} name={`finding ${first.key}`}>
          <FindingBody index={index} room={room} kind={first.kind} id={first.id} />
        </Pane>
      )}
      {leaving && (
        <LeaveSheet
          index={index}
          room={room}
          notSeen={notSeen}
          anySeen={subjects.some((subject) => subject.seen)}
          waiting={subjects.filter((subject) => subject.finding?.waiting).length}
          onLeft={next}
          onStay={() => setLeaving(false)}
        />
      )}
    </Shell>
  );
}

interface DockProps {
  index: VisitIndex;
  room: string;
  left: number;
  onDone: () => void;
  next: () => void;
}

function Dock({ index, room, left, onDone, next }: DockProps) {
  const field = useField();
  const closed = isClosed(text(index.walk(room), "state"));
  async function done(): Promise<void> {
    if (closed) next();
    else if (left > 0) onDone();
    else if (await closeRoom(field, index, room, "done")) next();
  }
  return (
    <>
      <a class="btn btn-main" href={scanPath(index.visit.id, room)}>
        <Icon name="scan" />
        {t("scan")}
      </a>
      <p class="dock-mid">{left > 0 ? t("room.to_see", { n: left }) : t("room.all_seen")}</p>
      <button class="btn" type="button" onClick={() => void done()}>
        {closed ? t("room.next") : t("room.done_next")}
      </button>
    </>
  );
}
