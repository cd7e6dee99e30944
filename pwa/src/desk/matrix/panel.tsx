/** One cell explained: counts, the way to green and its price, rule, inputs, worst items, photos. */

import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Cell, CellDetail, Contributor, Rag } from "../../domain/generated/ratings";
import { call } from "../api";
import { longDay } from "../dates";
import { categoryOf } from "../estate/categories";
import { wholePounds } from "../money";
import { Facts } from "../parts/page";
import { Badge, ragWord } from "../parts/rag";
import { Shown } from "../parts/states";
import { useResource } from "../resource";
import { href } from "../route";
import { count, t, word } from "../say";
import { Evidence } from "./evidence";
import { columnWords, OVERALL } from "./model";
import { ToGreen } from "./to-green";
import { SubjectLink, worstReason } from "./worst";

export interface PanelProps {
  readonly schoolId: string;
  readonly roomId?: string;
  readonly category: string | null;
  readonly name: string;
  readonly close: () => void;
}

export function CellPanel(props: PanelProps): JSX.Element {
  const { schoolId, roomId, category } = props;
  const key = `cell ${schoolId} ${roomId ?? ""} ${category ?? ""}`;
  const answer = useResource(key, (signal) =>
    call(
      "GET /api/matrices/cell",
      { school_id: schoolId, room_id: roomId, category: categoryOf(category) },
      signal,
    ),
  );
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    panel.current?.scrollTo(0, 0);
    if (matchMedia("(max-width: 760px)").matches) panel.current?.scrollIntoView();
  }, [key]);
  return (
    <section ref={panel} class="panel" aria-label={t("panel.label")}>
      <header>
        <p class="small quiet">{`${props.name} · ${columnWords(category ?? OVERALL)}`}</p>
        <button type="button" class="btn bare mini" onClick={props.close}>
          {t("act.close")} <kbd>Esc</kbd>
        </button>
      </header>
      <Shown of={answer}>{(data) => <Answer answer={data} of={props} />}</Shown>
    </section>
  );
}

function Answer(props: { answer: CellDetail; of: PanelProps }): JSX.Element {
  const { answer } = props;
  return (
    <>
      <h2>
        <Badge rag={answer.cell.rag} size="l" /> {ragWord(answer.cell.rag)}
      </h2>
      <p class="lead">{answer.rule.words}</p>
      <Counts cell={answer.cell} />
      <ToGreen steps={answer.to_green} />
      <section>
        <div class="row apart">
          <h3>{t("panel.rule")}</h3>
          <span class="small quiet">
            {t("panel.rule_version", {
              id: word("rule", answer.rule.id),
              version: answer.rule.version,
            })}
          </span>
        </div>
        <Facts pairs={readFacts(answer)} />
      </section>
      <Contributors answer={answer} of={props.of} />
      <Evidence roomId={props.of.roomId} contributors={answer.contributors} />
    </>
  );
}

function readFacts(answer: CellDetail): [string, string | null][] {
  const day = (at: number | null): string | null => (at === null ? null : longDay(at));
  return [
    [t("panel.oldest"), day(answer.evidence.oldest_at)],
    [t("panel.newest"), day(answer.evidence.newest_at)],
    [t("panel.as_at"), day(answer.as_at)],
  ];
}

function Counts(props: { cell: Cell }): JSX.Element {
  const { cell } = props;
  const parts: [Rag, number, number][] = [
    ["red", cell.red, cell.red_pence],
    ["amber", cell.amber, cell.amber_pence],
    ["green", cell.green, cell.green_pence],
    ["grey", cell.grey, cell.grey_pence],
  ];
  return (
    <dl class="bars-4">
      {parts.map(([rag, n, pence]) => (
        <div key={rag}>
          <dt>
            <Badge rag={rag} size="s" outline={true} />
            {rag === "grey" ? t("panel.unseen") : ragWord(rag).toLowerCase()}
          </dt>
          <dd class={n === 0 ? "quiet" : undefined}>{count(n)}</dd>
          {pence === 0 ? null : <dd class="tiny">{wholePounds(pence)}</dd>}
        </div>
      ))}
    </dl>
  );
}

function Contributors(props: { answer: CellDetail; of: PanelProps }): JSX.Element | null {
  const { schoolId, roomId, category } = props.of;
  const shown = props.answer.contributors.filter((one) => one.rag !== "green").slice(0, 8);
  if (shown.length === 0) return null;
  const all = new URLSearchParams({ school_id: schoolId });
  if (roomId !== undefined) all.set("room_id", roomId);
  if (category !== null) all.set("category", category);
  return (
    <section>
      <div class="row apart">
        <h3>{t("panel.worst")}</h3>
        <a class="small" href={href(`/assets?${all}`)}>
          {t("panel.all_items")}
        </a>
      </div>
      <ul class="contributors">
        {shown.map((one) => (
          <Line key={one.subject_id} of={one} room={roomId === undefined} />
        ))}
      </ul>
    </section>
  );
}

function Line(props: { of: Contributor; room: boolean }): JSX.Element {
  const { of } = props;
  return (
    <li>
      <SubjectLink of={of} />
      <span class="num">{of.value_pence === 0 ? "–" : wholePounds(of.value_pence)}</span>
      <span class="after">
        {props.room && of.room_name !== null ? `${of.room_name}. ` : ""}
        {worstReason(of)}
      </span>
    </li>
  );
}
