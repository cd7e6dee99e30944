/** Rooms of a school against the categories, worst first within a building. */
import type { JSX } from "preact";
import type { Room } from "../../domain/generated/estate";
import type { Matrix } from "../../domain/generated/ratings";
import { currentView, MatrixLegend, merged, ViewChoice } from "../matrix/home";
import { items, OVERALL, usedColumns, worstFirst } from "../matrix/model";
import { type Group, MatrixTable } from "../matrix/table";
import { Segments } from "../parts/page";
import { Empty } from "../parts/states";
import { place, setQuery } from "../route";
import { t } from "../say";

export function RoomMatrix(props: {
  schoolId: string;
  matrix: Matrix;
  rooms: readonly Room[];
}): JSX.Element {
  const { matrix, rooms, schoolId } = props;
  const { query } = place.value;
  if (items(matrix.total.overall) === 0) {
    return <Empty title={t("school.empty")} words={t("school.empty.words")} />;
  }
  const { shown, empty } = usedColumns(matrix);
  const grouped = query.get("order") !== "all";
  const path = (extra: Record<string, string>): string =>
    `/schools/${schoolId}?${merged(query, extra)}`;
  return (
    <>
      <Choices grouped={grouped} rooms={matrix.rows.length} />
      <MatrixTable
        matrix={matrix}
        caption={t("school.caption")}
        rowHeading={t("school.room")}
        columns={shown}
        groups={
          grouped ? byBuilding(matrix, rooms) : [{ heading: null, rows: worstFirst(matrix.rows) }]
        }
        view={currentView()}
        open={`${query.get("room") ?? "total"}/${query.get("category") ?? OVERALL}`}
        cellPath={(room, category) => path({ room, category })}
        rowPath={(room) => `/schools/${schoolId}/assets?room_id=${room}`}
        rowNote={(row) => t("school.n_items", { n: items(row.overall) })}
        totalWords={t("school.total")}
        totalNote={t("school.rooms", { n: matrix.rows.length })}
        totalPath={(category) => totalPath(query, schoolId, category)}
      />
      <MatrixLegend empty={empty} />
    </>
  );
}

function Choices(props: { grouped: boolean; rooms: number }): JSX.Element {
  const { grouped } = props;
  return (
    <div class="filters">
      <Segments
        label={t("school.order")}
        options={[
          ["grouped", t("school.grouped")],
          ["all", t("school.all_rooms", { n: props.rooms })],
        ]}
        chosen={grouped ? "grouped" : "all"}
        choose={(order) => setQuery({ order: order === "all" ? "all" : null })}
      />
      <span class="small quiet">{t(grouped ? "school.worst_in" : "school.worst_all")}</span>
      <span class="end view">
        <ViewChoice />
      </span>
    </div>
  );
}

function totalPath(query: URLSearchParams, schoolId: string, category: string): string {
  const next = new URLSearchParams(query);
  next.delete("room");
  next.set("category", category);
  return `/schools/${schoolId}?${next}`;
}

/** Buildings in the order the rooms list them; rooms outside any building come last. */
export function byBuilding(matrix: Matrix, rooms: readonly Room[]): Group[] {
  const buildingOf = new Map(rooms.map((room) => [room.id, room.building]));
  const names = [...new Set(rooms.map((room) => room.building))].filter((name) => name !== null);
  const groups: Group[] = names.map((name) => ({
    heading: name,
    rows: worstFirst(matrix.rows.filter((row) => buildingOf.get(row.id) === name)),
  }));
  const outside = matrix.rows.filter((row) => (buildingOf.get(row.id) ?? null) === null);
  groups.push({
    heading: names.length === 0 ? null : t("school.no_building"),
    rows: worstFirst(outside),
  });
  return groups.filter((group) => group.rows.length > 0);
}
