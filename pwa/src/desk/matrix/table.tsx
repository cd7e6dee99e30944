/** The matrix as a real table: one tab stop, arrows move, Enter opens. */
import type { ComponentChildren, JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Cell, Matrix, MatrixRow } from "../../domain/generated/ratings";
import { moveInGrid } from "../keys";
import { Badge } from "../parts/rag";
import { href } from "../route";
import { count, heading, t } from "../say";
import { cellLines, cellSaid, columnWords, items, NONE, OVERALL, type View } from "./model";

export interface MatrixProps {
  readonly matrix: Matrix;
  readonly caption: string;
  readonly rowHeading: string;
  readonly columns: readonly string[];
  readonly groups: readonly Group[];
  readonly view: View;
  /** The open cell as "row/column". */
  readonly open: string | null;
  readonly cellPath: (rowId: string, column: string) => string;
  readonly rowPath?: (rowId: string) => string | null;
  readonly rowNote?: (row: MatrixRow) => string;
  readonly rowName?: (row: MatrixRow) => string;
  readonly totalWords: string;
  readonly totalNote?: string;
  readonly totalPath?: (column: string) => string | null;
}

/** Rows under one heading; a heading of null is not shown. */
export interface Group {
  readonly heading: string | null;
  readonly rows: readonly MatrixRow[];
}

export function MatrixTable(props: MatrixProps): JSX.Element {
  const columns = [OVERALL, ...props.columns];
  const table = useRef<HTMLTableElement>(null);
  const rows = props.groups.flatMap((group) => group.rows);
  const [at, setAt] = useState<readonly [number, number]>([0, 0]);
  const move = (event: KeyboardEvent): void => {
    const next = moveInGrid(at, event.key, [rows.length + 1, columns.length]);
    if (next === null || !(event.target instanceof Element)) return;
    if (event.target.closest("[data-cell]") === null) return;
    event.preventDefault();
    setAt(next);
    table.current?.querySelector<HTMLElement>(`[data-cell="${next.join()}"]`)?.focus();
  };
  const place = (row: number, column: number): Place => ({
    mark: `${row},${column}`,
    tab: at[0] === row && at[1] === column,
    focused: () => setAt([row, column]),
  });
  return (
    <div class="matrix-wrap">
      <table ref={table} class={`matrix ${props.view}`} onKeyDown={move}>
        <caption class="sr">{props.caption}</caption>
        <Heading first={props.rowHeading} columns={columns} />
        {props.groups.map((group, index) => (
          <tbody key={group.heading ?? index}>
            <GroupHeading heading={group.heading} span={columns.length + 1} />
            {group.rows.map((row) => (
              <Row
                key={row.id}
                row={row}
                columns={columns}
                of={props}
                place={(column) => place(rows.indexOf(row), column)}
              />
            ))}
          </tbody>
        ))}
        <TotalRow of={props} columns={columns} place={(column) => place(rows.length, column)} />
      </table>
    </div>
  );
}

interface Place {
  readonly mark: string;
  readonly tab: boolean;
  readonly focused: () => void;
}

function Heading(props: { first: string; columns: readonly string[] }): JSX.Element {
  return (
    <thead>
      <tr>
        <th scope="col" class="name">
          {props.first}
        </th>
        {props.columns.map((column) => (
          <th key={column} scope="col" class={column === OVERALL ? "all" : undefined}>
            <span>{column === OVERALL ? columnWords(column) : heading(column)}</span>
          </th>
        ))}
      </tr>
    </thead>
  );
}

function GroupHeading(props: { heading: string | null; span: number }): JSX.Element | null {
  if (props.heading === null) return null;
  return (
    <tr class="group">
      <th scope="colgroup" colSpan={props.span}>
        {props.heading}
      </th>
    </tr>
  );
}

function Row(props: {
  row: MatrixRow;
  columns: readonly string[];
  of: MatrixProps;
  place: (column: number) => Place;
}): JSX.Element {
  const { row, of } = props;
  const path = of.rowPath?.(row.id) ?? null;
  const note = of.rowNote?.(row) ?? "";
  const name = of.rowName?.(row) ?? row.name;
  return (
    <tr>
      <th scope="row" title={name === row.name ? undefined : row.name}>
        {path === null ? name : <a href={href(path)}>{name}</a>}
        {note === "" ? null : <small>{note}</small>}
      </th>
      {props.columns.map((column, index) => (
        <CellBox
          key={column}
          cell={column === OVERALL ? row.overall : (row.cells[column] ?? NONE)}
          said={row.name}
          column={column}
          view={of.view}
          path={of.cellPath(row.id, column)}
          open={of.open === `${row.id}/${column}`}
          place={props.place(index)}
        />
      ))}
    </tr>
  );
}

function TotalRow(props: {
  of: MatrixProps;
  columns: readonly string[];
  place: (column: number) => Place;
}): JSX.Element {
  const { total } = props.of.matrix;
  return (
    <tfoot>
      <tr>
        <th scope="row">
          {props.of.totalWords}
          {props.of.totalNote === undefined ? null : <small>{props.of.totalNote}</small>}
        </th>
        {props.columns.map((column, index) => (
          <CellBox
            key={column}
            cell={column === OVERALL ? total.overall : (total.cells[column] ?? NONE)}
            said={props.of.totalWords}
            column={column}
            view={props.of.view}
            path={props.of.totalPath?.(column) ?? null}
            open={props.of.open === `total/${column}`}
            place={props.place(index)}
          />
        ))}
      </tr>
    </tfoot>
  );
}

function CellBox(props: {
  cell: Cell;
  said: string;
  column: string;
  view: View;
  path: string | null;
  open: boolean;
  place: Place;
}): JSX.Element {
  const { cell, place } = props;
  const marks = [
    cell.rag === "red" && items(cell) > 0 ? "r" : "",
    props.column === OVERALL ? "all" : "",
    props.open ? "on" : "",
  ];
  const said = items(cell) === 0 ? t("matrix.none_said", { row: props.said }) : undefined;
  const shared = {
    "data-cell": place.mark,
    tabIndex: place.tab ? 0 : -1,
    onFocus: place.focused,
  };
  const inner = items(cell) === 0 ? <span class="sr">{said}</span> : cellInner(props);
  return (
    <td class={marks.filter((mark) => mark !== "").join(" ") || undefined}>
      {props.path === null || items(cell) === 0 ? (
        <span {...shared}>{inner}</span>
      ) : (
        <a
          {...shared}
          href={href(props.path)}
          title={cellSaid(props.said, props.column, cell)}
          aria-current={props.open ? "true" : undefined}
        >
          {inner}
        </a>
      )}
    </td>
  );
}

function cellInner(props: {
  cell: Cell;
  said: string;
  column: string;
  view: View;
}): ComponentChildren {
  const { cell } = props;
  const lines = cellLines(cell);
  return (
    <>
      <Badge rag={cell.rag} outline={true} />
      {props.view === "values" ? (
        <>
          <span class={cell.rag === "green" ? "v quiet" : "v"} aria-hidden="true">
            {lines.value}
          </span>
          <span class="n" aria-hidden="true">
            {lines.counts}
          </span>
        </>
      ) : (
        <span class="c" aria-hidden="true">
          {cell.rag === "grey" ? count(cell.grey) : count(cell.red + cell.amber)}
        </span>
      )}
      <span class="sr">{cellSaid(props.said, props.column, cell)}</span>
    </>
  );
}
