/** One asset, lot or system: what it is, why it is rated so, what was seen, what replaces it. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { showTag } from "../../domain/tag";
import { ApiProblem, get, getAll } from "../api";
import { longDay } from "../dates";
import { FindingHistory } from "../findings/history";
import { useKeys } from "../keys";
import { Facts, Head } from "../parts/page";
import { Badge, ragWord } from "../parts/rag";
import { Shown } from "../parts/states";
import { forget, useResource } from "../resource";
import { href } from "../route";
import { t, word } from "../say";
import { mayEdit } from "../session";
import type { Finding, Rating, Subject } from "../shapes";
import { EditForm } from "./edit";
import { stateWords } from "./list";
import { PlanLinesOf } from "./planned";
import { RatingReasons } from "./rating";

export type Kind = "asset" | "lot" | "system";

export function AssetPage(props: { kind: Kind; id: string }): JSX.Element {
  const { kind, id } = props;
  const subject = useResource(`/api/${kind}s/${id}`, (signal) =>
    get<Subject>(`/api/${kind}s/${id}`, {}, signal),
  );
  return (
    <main id="main" class="main">
      <div class="body">
        <Shown of={subject} title={t("estate.title")}>
          {(data) => <Body kind={kind} subject={data} changed={subject.reload} />}
        </Shown>
      </div>
    </main>
  );
}

function Body(props: { kind: Kind; subject: Subject; changed: () => void }): JSX.Element {
  const { kind, subject } = props;
  const [editing, setEditing] = useState(false);
  const rating = useResource(`rating ${subject.id}`, (signal) =>
    readRating(kind, subject.id, signal),
  );
  const findings = useResource(`findings ${subject.id}`, (signal) =>
    getAll<Finding>("/api/findings", { subject_id: subject.id }, signal),
  );
  useKeys({ e: () => mayEdit() && setEditing(true), Escape: () => setEditing(false) });
  const saved = (): void => {
    forget();
    setEditing(false);
    props.changed();
    rating.reload();
  };
  return (
    <>
      <AssetHead kind={kind} subject={subject} rag={rating.data ?? null}>
        {mayEdit() && !editing ? (
          <button type="button" class="btn" onClick={() => setEditing(true)}>
            {t("act.edit")} <kbd>e</kbd>
          </button>
        ) : null}
      </AssetHead>
      {editing ? (
        <EditForm kind={kind} subject={subject} saved={saved} close={() => setEditing(false)} />
      ) : null}
      <div class="cols two">
        <div class="stack">
          <Shown of={rating}>{(data) => <RatingReasons rating={data} />}</Shown>
          <Shown of={findings}>
            {(data) => <FindingHistory findings={data} subject={subject} />}
          </Shown>
        </div>
        <div class="stack">
          <Details kind={kind} subject={subject} />
          <PlanLinesOf kind={kind} subject={subject} />
        </div>
      </div>
    </>
  );
}

/** A thing just added has no rating yet: that is an answer, not a fault. */
async function readRating(kind: Kind, id: string, signal: AbortSignal): Promise<Rating | null> {
  const query = { subject_kind: kind, subject_id: id };
  try {
    return await get<Rating>("/api/ratings", query, signal);
  } catch (problem) {
    if (problem instanceof ApiProblem && problem.slug === "not_found") return null;
    throw problem;
  }
}

function AssetHead(props: {
  kind: Kind;
  subject: Subject;
  rag: Rating | null;
  children: JSX.Element | null;
}): JSX.Element {
  const { subject, rag } = props;
  const title = titleOf(subject);
  return (
    <Head
      title={title}
      shown={
        <>
          {title}
          {rag === null ? null : (
            <span class="h1-rag">
              <Badge rag={rag.rag} /> {ragWord(rag.rag)}
            </span>
          )}
        </>
      }
      crumbs={[
        { words: t("matrix.title"), path: "/" },
        { words: subject.school_name, path: `/schools/${subject.school_id}` },
        {
          words: subject.room_name,
          path: `/schools/${subject.school_id}?room=${subject.room_id}&category=overall`,
        },
        { words: title },
      ]}
      facts={[subject.product, stateWords(subject)].filter((part) => part !== null).join(". ")}
    >
      {props.children}
    </Head>
  );
}

export function titleOf(subject: Subject): string {
  const tag = subject.tag ?? subject.tags?.[0] ?? null;
  const name = subject.name ?? subject.type_name;
  return tag === null ? name : `${name} ${showTag(tag)}`;
}

function Details(props: { kind: Kind; subject: Subject }): JSX.Element {
  const { subject } = props;
  const day = (value: string | null | undefined): string | null =>
    value === null || value === undefined ? null : longDay(value);
  const yes = (value: boolean | null | undefined): string | null =>
    value === null || value === undefined ? null : t(value ? "word.yes" : "word.no");
  const os = subject.os ? `${word("os", subject.os)} ${subject.os_version ?? ""}`.trim() : null;
  const common: [string, JSX.Element | string | null][] = [
    [t("estate.type"), subject.type_name],
    [t("estate.category"), <CategoryLink key="c" subject={subject} />],
    [t("estate.bought"), day(subject.bought_on)],
    [t("estate.support_end"), day(subject.support_end_on)],
  ];
  const own: [string, JSX.Element | string | null][] =
    props.kind === "asset"
      ? [
          [t("estate.tags"), subject.tags?.map(showTag).join(", ") ?? null],
          [t("estate.product"), subject.product],
          [t("estate.serial"), subject.serial],
          [t("estate.allocated"), allocated(subject)],
          [t("estate.warranty_end"), day(subject.warranty_end_on)],
          [t("estate.os"), os],
          [t("estate.memory"), subject.ram_gb ? t("estate.gb", { n: subject.ram_gb }) : null],
          [t("estate.managed"), yes(subject.managed)],
          [t("estate.encrypted"), yes(subject.encrypted)],
        ]
      : [
          [t("estate.quantity"), props.kind === "lot" ? String(subject.quantity) : null],
          [t("estate.supplier"), subject.supplier ?? null],
          [t("estate.contract_end"), day(subject.contract_end_on)],
        ];
  return (
    <section>
      <h2>{t("estate.details")}</h2>
      <Facts
        pairs={[...common, ...own].filter(([, value]) => props.kind === "asset" || value !== null)}
      />
    </section>
  );
}

function CategoryLink(props: { subject: Subject }): JSX.Element {
  const { subject } = props;
  return (
    <a href={href(`/assets?school_id=${subject.school_id}&category=${subject.category}`)}>
      {word("category", subject.category)}
    </a>
  );
}

function allocated(subject: Subject): string {
  const words = word("allocation", subject.allocation ?? "in_room");
  const to = subject.allocated_to ? ` ${subject.allocated_to}` : "";
  const back = subject.return_on
    ? `, ${t("estate.back_on", { on: longDay(subject.return_on) })}`
    : "";
  return words + to + back;
}
