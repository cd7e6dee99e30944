// A visit: its rooms by building with progress, and the search for a room or an asset.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../app/words";
import { Seg } from "../../ui/choice";
import { Icon, Meter, RagSign } from "../../ui/icon";
import { Empty } from "../../ui/message";
import { useField } from "../deps";
import { text } from "../fields";
import { Missing } from "../parts/missing";
import { Head, PlainRow, Rows, Share } from "../parts/rows";
import { findingPath, HOME, lookPath, roomPath } from "../paths";
import { lastPlace } from "../place";
import { RoomBody } from "../room/body";
import type { Show } from "../room/model";
import { Pane, Shell, useWide } from "../shell";
import { indexVisit, type VisitIndex } from "../visit-index";
import { dateRange } from "../when";
import {
  byBuilding,
  findAssets,
  findRooms,
  nextRoom,
  type RoomRow,
  roomRows,
  searchable,
  shownRooms,
} from "./model";

const SETTLED_MS = 400;

export function RoomsScreen({ visit, sheet }: { visit: string; sheet?: ComponentChildren }) {
  const { store, now } = useField();
  const index = indexVisit(store, visit);
  const wide = useWide();
  useEffect(() => {
    // The first letter typed should not be the one that builds the list; nor should a finger wait for
    // all of it at once.
    let soon = setTimeout(() => {
      index?.register();
      soon = setTimeout(() => index && searchable(index));
    }, SETTLED_MS);
    return () => clearTimeout(soon);
  }, [index]);
  if (!index)
    return <Missing what={t("missing.visit")} back={{ href: HOME, label: t("back.visits") }} />;
  const rows = roomRows(index, store.rating, now());
  const last = lastPlace();
  const current = rows.find((row) => row.id === last?.room) ?? nextRoom(rows, undefined) ?? rows[0];
  const dates = dateRange(text(index.visit, "starts_on") ?? "", text(index.visit, "ends_on") ?? "");
  return (
    <Shell
      title={text(index.school, "name") ?? t("visit.unnamed")}
      line={dates}
      back={{ href: HOME, label: t("back.visits") }}
      banners="rooms"
      sheet={sheet}
      panes={wide ? 2 : 1}
      dock={<Dock visit={visit} rows={rows} current={current} />}
    >
      <Pane as="main" name={`rooms ${visit}`}>
        <RoomList index={index} rows={rows} current={wide ? current?.id : undefined} />
      </Pane>
      {wide && current && (
        <Pane as="section" label={current.name} name={`room ${current.id}`}>
          <RoomBody index={index} room={current.id} titled selected={undefined} />
        </Pane>
      )}
    </Shell>
  );
}

function Dock(props: { visit: string; rows: readonly RoomRow[]; current: RoomRow | undefined }) {
  const { visit, rows, current } = props;
  const left = rows.filter((row) => !row.closed).length;
  const next = current && !current.closed ? current : nextRoom(rows, current?.id);
  if (!next) return <p class="dock-mid dock-only">{t("rooms.all_done")}</p>;
  const key = next.underWay ? "rooms.go_on" : "rooms.start";
  return (
    <>
      <a class="btn" href={lookPath(visit)}>
        <Icon name="scan" />
        {t("look.title")}
      </a>
      <p class="dock-mid">{t("rooms.left", { n: left })}</p>
      <a class="btn btn-main" href={roomPath(visit, next.id)}>
        <span class="btn-text">{t(key, { room: next.name })}</span>
        <Icon name="chevron-right" />
      </a>
    </>
  );
}

interface RoomListProps {
  index: VisitIndex;
  rows: readonly RoomRow[];
  current: string | undefined;
}

export function RoomList({ index, rows, current }: RoomListProps) {
  const [show, setShow] = useState<Show>("all");
  const [typed, setTyped] = useState("");
  const searching = typed.trim().length > 0;
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }, [current]);
  const count = (which: Show): number => shownRooms(rows, which).length;
  return (
    <>
      <div class="in rooms-top">
        <Sums rows={rows} />
        <div class="rooms-find">
          <Find typed={typed} setTyped={setTyped} />
          {!searching && (
            <Seg
              label={t("show.label")}
              value={show}
              onChange={setShow}
              options={[
                { value: "all", label: t("show.all"), count: rows.length },
                { value: "todo", label: t("show.todo"), count: count("todo") },
                { value: "issues", label: t("show.issues"), count: count("issues") },
              ]}
            />
          )}
        </div>
      </div>
      <div ref={list}>
        {searching ? (
          <Found index={index} rows={rows} typed={typed} />
        ) : (
          <Buildings index={index} rows={shownRooms(rows, show)} current={current} />
        )}
      </div>
    </>
  );
}

function Sums({ rows }: { rows: readonly RoomRow[] }) {
  const real = rows.filter((row) => !row.builtin);
  const done = real.filter((row) => row.closed).length;
  const expected = rows.reduce((sum, row) => sum + row.expected, 0);
  const found = rows.reduce((sum, row) => sum + row.found, 0);
  return (
    <>
      <p>
        <span>
          <b>{t("count.of", { n: done, of: real.length })}</b> {t("rooms.rooms")}
        </span>
        <span class="sub">{t("rooms.assets", { n: found, of: expected })}</span>
      </p>
      <Meter value={done} max={real.length} label={t("visits.rooms_done")} />
    </>
  );
}

function Find({ typed, setTyped }: { typed: string; setTyped: (typed: string) => void }) {
  return (
    <div class="input-with">
      <Icon name="search" />
      <input
        class="input"
        type="search"
        aria-label={t("find.label")}
        placeholder={t("find.short")}
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
    </div>
  );
}

/** How tall a building is before it is laid out: its head and its rows (rows.css). */
const guess = (rooms: number) => ({ containIntrinsicHeight: `auto ${58 + rooms * 64}px` });

export function Buildings({ index, rows, current }: RoomListProps) {
  if (rows.length === 0)
    return <Empty icon="door" title={t("rooms.none")} text={t("rooms.none_text")} />;
  return (
    <>
      {byBuilding(rows).map((group) => (
        <section class="building" key={group.name} style={guess(group.rooms.length)}>
          <Head
            title={group.name}
            aside={t("rooms.done_of", { n: group.done, of: group.rooms.length })}
          />
          <Rows>
            {group.rooms.map((row) => (
              <Room key={row.id} visit={index.visit.id} row={row} current={row.id === current} />
            ))}
          </Rows>
        </section>
      ))}
    </>
  );
}

function Room({ visit, row, current }: { visit: string; row: RoomRow; current: boolean }) {
  const empty = row.state === "empty" || (row.expected === 0 && row.closed);
  return (
    <PlainRow
      class="row-room"
      href={roomPath(visit, row.id)}
      current={current}
      sign={<RagSign colour={row.colour} />}
      title={row.name}
      note={row.note}
      end={
        empty ? (
          <span class="row-word">{t("rooms.empty")}</span>
        ) : (
          <Share value={row.found} max={row.expected} bar={row.underWay} />
        )
      }
    />
  );
}

function Found({
  index,
  rows,
  typed,
}: {
  index: VisitIndex;
  rows: readonly RoomRow[];
  typed: string;
}) {
  const rooms = findRooms(rows, typed);
  const assets = findAssets(index, typed);
  const visit = index.visit.id;
  if (rooms.length === 0 && assets.length === 0) {
    return <Empty icon="search" title={t("find.none")} text={t("find.none_text")} />;
  }
  return (
    <>
      <p class="hush" role="status">
        {t("find.count", { n: rooms.length + assets.length })}
      </p>
      {rooms.length > 0 && <Head title={t("find.rooms")} aside={String(rooms.length)} />}
      <Rows>
        {rooms.map((row) => (
          <Room key={row.id} visit={visit} row={row} current={false} />
        ))}
      </Rows>
      {assets.length > 0 && <Head title={t("find.assets")} aside={String(assets.length)} />}
      <Rows>
        {assets.map((hit) => (
          <PlainRow
            key={hit.id}
            href={findingPath(visit, hit.room, "asset", hit.id)}
            sign={<Icon name="tablet" />}
            title={hit.title}
            note={hit.note}
          />
        ))}
      </Rows>
    </>
  );
}
