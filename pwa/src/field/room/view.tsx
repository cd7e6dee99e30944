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
import { isClosed, isToSee, type Subject, subjectsIn } from "./model";

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
  const left = subjects.filter(isToSee).length;
  const first = wide ? firstRow(index, subjects) : undefined;
  const { school, line, lineFirst } = whereIs(index, room);
  const leave = () => setLeaving(true);
  const stay = () => setLeaving(false);
  function next(): void {
    stay();
    const row = nextRoom(roomRows(index, store.rating, now()), room);
    router.go(row ? roomPath(visit, row.id) : visitPath(visit));
  }
  return (
    <Shell
      title={roomName(index, room)}
      line={line}
      lineFirst={lineFirst}
      back={{ href: visitPath(visit), label: t("back.to", { where: school }) }}
      panes={wide ? 3 : 1}
      dock={<Dock index={index} room={room} left={left} onDone={leave} next={next} />}
      sheet={sheet}
    >
      {wide && <RoomsPane index={index} room={room} />}
      <Pane as="main" name={`room ${room}`}>
        <RoomBody index={index} room={room} selected={first?.key} />
      </Pane>
      {first && (
        <Pane as="aside" label={first.title} name={`finding ${first.key}`}>
          <FindingBody index={index} room={room} kind={first.kind} id={first.id} />
        </Pane>
      )}
      {leaving && (
        <LeaveSheet index={index} room={room} subjects={subjects} onLeft={next} onStay={stay} />
      )}
    </Shell>
  );
}

/** The finding that stands open beside the list before anybody chose one. */
function firstRow(index: VisitIndex, subjects: readonly Subject[]) {
  const row = groupSubjects(index, subjects)[0]?.rows[0];
  return row && row.kind !== "kept" ? { ...row, kind: row.kind } : undefined;
}

/** Where the room is: its building and school, or the school alone. */
function whereIs(index: VisitIndex, room: string) {
  const building = text(index.building(text(index.room(room), "building_id")), "name");
  const school = text(index.school, "name") ?? "";
  return { school, line: building ?? school, lineFirst: building ? school : undefined };
}

function RoomsPane({ index, room }: { index: VisitIndex; room: string }) {
  const { store, now } = useField();
  return (
    <Pane as="nav" label={t("rooms.label")} name={`rooms ${index.visit.id}`}>
      <RoomList index={index} rows={roomRows(index, store.rating, now())} current={room} />
    </Pane>
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
