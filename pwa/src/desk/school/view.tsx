/** One school: its rooms against the categories, its assets, its findings. */
import type { JSX } from "preact";
import type { Room, School } from "../../domain/generated/estate";
import type { Matrix } from "../../domain/generated/ratings";
import { call, callAll } from "../api";
import { longDay } from "../dates";
import { AssetList } from "../estate/list";
import { FindingList } from "../findings/list";
import { useKeys } from "../keys";
import { useSchools } from "../matrix/home";
import { OVERALL } from "../matrix/model";
import { CellPanel } from "../matrix/panel";
import { wholePounds } from "../money";
import { Head, Tabs } from "../parts/page";
import { Badge, ragWord } from "../parts/rag";
import { Shown } from "../parts/states";
import { useResource } from "../resource";
import { go, href, place, setQuery } from "../route";
import { t } from "../say";
import { shortNames } from "../short-names";
import { RoomMatrix } from "./rooms";

export function SchoolPage(props: { id: string; tab: string }): JSX.Element {
  const { id, tab } = props;
  const { query } = place.value;
  const matrix = useResource(`matrix rooms ${id}`, (signal) =>
    call("GET /api/matrices/rooms", { school_id: id }, signal),
  );
  const rooms = useResource(`rooms ${id}`, (signal) =>
    callAll("GET /api/schools/{school_id}/rooms", { school_id: id }, signal),
  );
  const close = (): void => setQuery({ room: null, category: null });
  useNeighbours(id, close);
  const room = query.get("room");
  const category = query.get("category");
  const open = tab === "rooms" && (room !== null || category !== null);
  return (
    <main id="main" class={open ? "main flush" : "main"}>
      <div class="body">
        <SchoolHead id={id} matrix={matrix.data} />
        <SchoolTabs id={id} tab={tab} rooms={rooms.data?.length} />
        {tab === "rooms" ? (
          <Shown of={matrix} waiting={t("matrix.counting")}>
            {(data) => <RoomMatrix schoolId={id} matrix={data} rooms={rooms.data ?? []} />}
          </Shown>
        ) : null}
        {tab === "assets" ? <AssetList fixed={{ school_id: id }} /> : null}
        {tab === "findings" ? <FindingList schoolId={id} rooms={rooms.data ?? []} /> : null}
      </div>
      {open ? (
        <CellPanel
          schoolId={id}
          {...(room === null ? {} : { roomId: room })}
          category={category === OVERALL ? null : category}
          name={nameOf(rooms.data, room) ?? schoolName(id)}
          close={close}
        />
      ) : null}
    </main>
  );
}

function nameOf(rooms: readonly Room[] | undefined, id: string | null): string | undefined {
  return rooms?.find((room) => room.id === id)?.name;
}

function schoolName(id: string): string {
  return useSchools().data?.find((school) => school.id === id)?.name ?? "";
}

/** `[` and `]` walk from school to school; Escape closes the panel. */
function useNeighbours(id: string, close: () => void): void {
  const schools = useSchools().data ?? [];
  const at = schools.findIndex((school) => school.id === id);
  const walk = (by: number): void => {
    const next = schools[at + by];
    if (next !== undefined) go(`/schools/${next.id}`);
  };
  useKeys({ "[": () => walk(-1), "]": () => walk(1), Escape: close });
}

function SchoolHead(props: { id: string; matrix: Matrix | undefined }): JSX.Element {
  const schools = useSchools().data ?? [];
  const at = schools.findIndex((one) => one.id === props.id);
  const school = schools[at];
  const short = shortNames(schools.map((one) => one.name));
  const rag = props.matrix?.total.overall.rag;
  const name = school?.name ?? t("school.one");
  return (
    <Head
      title={name}
      shown={
        <>
          {name}
          {rag === undefined ? null : (
            <span class="h1-rag">
              <Badge rag={rag} /> {ragWord(rag)}
            </span>
          )}
        </>
      }
      crumbs={[{ words: t("matrix.title"), path: "/" }, { words: name }]}
      facts={school === undefined ? undefined : schoolFacts(school, props.matrix)}
    >
      <Neighbour short={short} school={schools[at - 1]} mark="[" first={true} />
      <Neighbour short={short} school={schools[at + 1]} mark="]" first={false} />
    </Head>
  );
}

function schoolFacts(school: School, matrix: Matrix | undefined): string {
  const parts = [
    school.phase ?? "",
    school.pupils === null ? "" : t("school.pupils", { n: school.pupils }),
    school.trust_name ?? t("school.alone"),
    t("school.rooms", { n: school.rooms }),
    t("school.assets", { n: school.assets }),
  ];
  const sums = matrix?.total.overall;
  const risk =
    sums === undefined
      ? ""
      : t("school.at_risk", { value: wholePounds(sums.red_pence + sums.amber_pence) });
  const at = matrix?.as_at ?? null;
  const last = at === null ? "" : t("school.as_at", { at: longDay(at) });
  const line = parts.filter((part) => part !== "").join(", ");
  return [`${line}.`, risk, last].filter((part) => part !== "").join(" ");
}

function Neighbour(props: {
  short: ReadonlyMap<string, string>;
  school: School | undefined;
  mark: string;
  first: boolean;
}): JSX.Element | null {
  if (props.school === undefined) return null;
  return (
    <a class="btn" href={href(`/schools/${props.school.id}`)}>
      {props.first ? <kbd>{props.mark}</kbd> : null} {props.short.get(props.school.name)}{" "}
      {props.first ? null : <kbd>{props.mark}</kbd>}
    </a>
  );
}

function SchoolTabs(props: { id: string; tab: string; rooms: number | undefined }): JSX.Element {
  const school = useSchools().data?.find((one) => one.id === props.id);
  const tab = (name: string): string =>
    name === "rooms" ? `/schools/${props.id}` : `/schools/${props.id}/${name}`;
  const n = school?.assets;
  return (
    <Tabs
      label={t("school.sections")}
      current={tab(props.tab)}
      tabs={[
        [
          tab("rooms"),
          props.rooms === undefined
            ? t("school.tab.rooms")
            : t("school.tab.rooms_n", { n: props.rooms }),
        ],
        [tab("assets"), n === undefined ? t("school.tab.assets") : t("school.tab.assets_n", { n })],
        [tab("findings"), t("school.tab.findings")],
      ]}
    />
  );
}
