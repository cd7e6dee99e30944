// The inside of a room: how far it is, what is listed by kind, and the questions about the room.
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../app/words";
import type { Store } from "../../data/types";
import { Seg } from "../../ui/choice";
import { Icon, RagSign, Ring } from "../../ui/icon";
import { Empty, LineBanner } from "../../ui/message";
import { aboutRows } from "../about/model";
import { useField } from "../deps";
import { number, text } from "../fields";
import { Head, PlainRow, Rows, SubjectRow } from "../parts/rows";
import { aboutPath, addPath, findingPath } from "../paths";
import { roomName } from "../subject";
import type { VisitIndex } from "../visit-index";
import { whenOf } from "../when";
import { closeRoom, reopenRoom } from "./actions";
import { groupSubjects, keptTags } from "./groups";
import {
  type Group,
  isClosed,
  isIssue,
  progressOf,
  type Row,
  type Show,
  type Subject,
  shown,
  subjectsIn,
  tally,
} from "./model";

interface RoomBodyProps {
  index: VisitIndex;
  room: string;
  /** Says which room it is, when the bar says something else. */
  titled?: boolean;
  selected: string | undefined;
}

const PAGE = 60;

export function RoomBody({ index, room, titled, selected }: RoomBodyProps) {
  const field = useField();
  const [show, setShow] = useState<Show>("all");
  const subjects = subjectsIn(index, field.store.rating, room);
  const visible = shown(subjects, show);
  const groups = [
    ...groupSubjects(index, visible),
    ...(show === "all" ? keptTags(index, room) : []),
  ];
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }, [selected]);
  const building = text(index.building(text(index.room(room), "building_id")), "name");
  return (
    <>
      {titled && (
        <div class="in pane-title">
          <h2>{roomName(index, room)}</h2>
          {building && <p class="sub">{building}</p>}
        </div>
      )}
      <ClosedBanner index={index} room={room} />
      {subjects.length > 0 && (
        <Summary index={index} room={room} subjects={subjects} show={show} setShow={setShow} />
      )}
      {subjects.length === 0 && <EmptyRoom index={index} room={room} />}
      {subjects.length > 0 && visible.length === 0 && (
        <Empty icon="check" title={t(`room.none_${show}`)} text={t("room.none_text")} />
      )}
      <div ref={list}>
        {groups.map((group) => (
          <GroupRows key={group.key} index={index} room={room} group={group} selected={selected} />
        ))}
      </div>
      {show === "all" && <About index={index} room={room} />}
      {subjects.length > 0 && <RoomFoot index={index} room={room} />}
    </>
  );
}

interface SummaryProps {
  index: VisitIndex;
  room: string;
  subjects: readonly Subject[];
  show: Show;
  setShow: (show: Show) => void;
}

function Summary({ index, room, subjects, show, setShow }: SummaryProps) {
  const progress = progressOf(index, subjects, room);
  const sums = tally(subjects);
  const signs = [
    ["red", sums.red, "rag.n_red"],
    ["amber", sums.amber, "rag.n_amber"],
    ["green", sums.green, "rag.n_green"],
    ["none", sums.notSeen, "rag.n_not_seen"],
  ] as const;
  return (
    <div class="room-head in">
      <div class="room-top">
        <Ring
          value={progress.found}
          max={progress.expected}
          of={t("ring.of", { n: progress.expected })}
          label={t("ring.label", { n: progress.found, of: progress.expected })}
        />
        <div>
          <p class="room-sum">
            {t("room.found", { n: progress.found, of: progress.expected })}{" "}
            <b>{sums.notSeen > 0 ? t("room.to_see", { n: sums.notSeen }) : t("room.all_seen")}</b>
          </p>
          <div class="tally">
            {signs.map(([colour, count, key]) => (
              <span class="rag" key={key}>
                <RagSign colour={colour} />
                <span>
                  <b>{count}</b> {t(key)}
                </span>
              </span>
            ))}
          </div>
        </div>
      </div>
      <Seg
        label={t("show.label")}
        value={show}
        onChange={setShow}
        options={[
          { value: "all", label: t("show.all"), count: subjects.length },
          { value: "todo", label: t("show.todo"), count: sums.notSeen },
          { value: "issues", label: t("show.issues"), count: subjects.filter(isIssue).length },
        ]}
      />
    </div>
  );
}

interface GroupRowsProps {
  index: VisitIndex;
  room: string;
  group: Group;
  selected: string | undefined;
}

/** A kept tag leads to the add screen while its code is ours to bind; else it only says that it is kept. */
function hrefOf(store: Store, index: VisitIndex, room: string, row: Row): string | undefined {
  if (row.kind !== "kept") return findingPath(index.visit.id, room, row.kind, row.id);
  const bindable = store.codeOwner(row.id) === "ours" && index.tag(row.id) === undefined;
  return bindable ? addPath(index.visit.id, room, row.id) : undefined;
}

/** A long group is shown a page at a time: every row stays a real row for a screen reader. */
function GroupRows({ index, room, group, selected }: GroupRowsProps) {
  const { store } = useField();
  const [most, setMost] = useState(PAGE);
  const left = group.rows.length - most;
  return (
    <section>
      <Head title={group.title} aside={group.aside} />
      <Rows>
        {group.rows.slice(0, most).map((row) => (
          <SubjectRow
            key={row.key}
            row={row}
            href={hrefOf(store, index, room, row)}
            current={row.key === selected}
          />
        ))}
      </Rows>
      {left > 0 && (
        <p class="in room-add">
          <button class="btn btn-s" type="button" onClick={() => setMost(most + PAGE)}>
            {t("show.more", { n: Math.min(left, PAGE), left })}
          </button>
        </p>
      )}
    </section>
  );
}

function About({ index, room }: { index: VisitIndex; room: string }) {
  const rows = aboutRows(index, room);
  if (rows.length === 0) return null;
  const done = rows.filter((row) => row.answered).length;
  return (
    <section>
      <Head title={t("about.title")} aside={t("about.answered", { n: done, of: rows.length })} />
      <Rows>
        {rows.map((row) => (
          <PlainRow
            key={row.key}
            class="row-ask"
            href={aboutPath(index.visit.id, room)}
            sign={<Icon name={row.answered ? "check" : "unanswered"} />}
            title={row.question}
            note={row.answer}
          />
        ))}
      </Rows>
    </section>
  );
}

function RoomFoot({ index, room }: { index: VisitIndex; room: string }) {
  return (
    <p class="in room-add">
      <a class="btn" href={addPath(index.visit.id, room)}>
        <Icon name="plus" />
        {t("room.add")}
      </a>
    </p>
  );
}

function EmptyRoom({ index, room }: { index: VisitIndex; room: string }) {
  const field = useField();
  return (
    <Empty icon="door" title={t("room.nothing")} text={t("room.nothing_text")}>
      {!isClosed(text(index.walk(room), "state")) && (
        <button
          class="btn"
          type="button"
          onClick={() => void closeRoom(field, index, room, "empty")}
        >
          {t("room.close_empty")}
        </button>
      )}
      <a class="btn" href={addPath(index.visit.id, room)}>
        {t("room.add_short")}
      </a>
    </Empty>
  );
}

function ClosedBanner({ index, room }: { index: VisitIndex; room: string }) {
  const field = useField();
  const walk = index.walk(room);
  const state = text(walk, "state");
  if (!isClosed(state)) return null;
  const when = whenOf(number(walk, "done_at") ?? 0, field.now());
  const title =
    state === "no_access"
      ? t("closed.no_access")
      : state === "empty"
        ? t("closed.empty")
        : t("closed.done");
  return (
    <LineBanner icon="check" title={title} text={text(walk, "reason") ?? when}>
      <button class="btn btn-s" type="button" onClick={() => void reopenRoom(field, index, room)}>
        {t("closed.reopen")}
      </button>
    </LineBanner>
  );
}
