/** One asset, lot or system: what it is, why it is rated so, what was seen, what replaces it. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Asset } from "../../domain/generated/estate";
import type { Kind, Rating } from "../../domain/generated/ratings";
import { showTag } from "../../domain/tag";
import { ApiProblem, call, callAll } from "../api";
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
import { EditForm } from "./edit";
import type { Whole } from "./edit.model";
import { stateWords } from "./list";
import { PlanLinesOf } from "./planned";
import { RatingReasons } from "./rating";

export function AssetPage(props: { kind: Kind; id: string }): JSX.Element {
  const { kind, id } = props;
  const subject = useResource(`whole ${kind} ${id}`, (signal) =>
    call(`GET /api/${kind}s/{subject_id}`, { subject_id: id }, signal),
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

function Body(props: { kind: Kind; subject: Whole; changed: () => void }): JSX.Element {
  const { kind, subject } = props;
  const [editing, setEditing] = useState(false);
  const rating = useResource(`rating ${subject.id}`, (signal) =>
    readRating(kind, subject.id, signal),
  );
  const findings = useResource(`findings ${subject.id}`, (signal) =>
    callAll("GET /api/findings", { subject_id: subject.id }, signal),
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
          <Details subject={subject} />
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
    return await call("GET /api/ratings", query, signal);
  } catch (problem) {
    if (problem instanceof ApiProblem && problem.slug === "not_found") return null;
    throw problem;
  }
}

function AssetHead(props: {
  kind: Kind;
  subject: Whole;
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

export function titleOf(subject: Whole): string {
  const name = subject.name ?? subject.type_name;
  return subject.tag === null ? name : `${name} ${showTag(subject.tag)}`;
}

type Pair = [words: string, value: JSX.Element | string | null];

function Details(props: { subject: Whole }): JSX.Element {
  const { subject } = props;
  const pairs: Pair[] = [
    [t("estate.type"), subject.type_name],
    [t("estate.category"), <CategoryLink key="c" subject={subject} />],
    [t("estate.bought"), day(subject.bought_on)],
    ...ownDetails(subject),
  ];
  return (
    <section>
      <h2>{t("estate.details")}</h2>
      <Facts pairs={pairs.filter(([, value]) => subject.kind === "asset" || value !== null)} />
    </section>
  );
}

/** What only things of this kind have. */
function ownDetails(subject: Whole): Pair[] {
  if (subject.kind === "lot") return [[t("estate.quantity"), String(subject.quantity)]];
  if (subject.kind === "system") {
    return [
      [t("estate.support_end"), day(subject.support_end_on)],
      [t("estate.supplier"), subject.supplier ?? null],
      [t("estate.contract_end"), day(subject.contract_end_on)],
    ];
  }
  const os = subject.os ? `${word("os", subject.os)} ${subject.os_version ?? ""}`.trim() : null;
  return [
    [t("estate.support_end"), day(subject.support_end_on)],
    [t("estate.tags"), subject.tags.map(showTag).join(", ")],
    [t("estate.product"), subject.product],
    [t("estate.serial"), subject.serial],
    [t("estate.allocated"), allocated(subject)],
    [t("estate.warranty_end"), day(subject.warranty_end_on)],
    [t("estate.os"), os],
    [t("estate.memory"), subject.ram_gb ? t("estate.gb", { n: subject.ram_gb }) : null],
    [t("estate.managed"), yes(subject.managed)],
    [t("estate.encrypted"), yes(subject.encrypted)],
  ];
}

function day(value: string | null | undefined): string | null {
  return value === null || value === undefined ? null : longDay(value);
}

function yes(value: boolean | null | undefined): string | null {
  return value === null || value === undefined ? null : t(value ? "word.yes" : "word.no");
}

function CategoryLink(props: { subject: Whole }): JSX.Element {
  const { subject } = props;
  return (
    <a href={href(`/assets?school_id=${subject.school_id}&category=${subject.category}`)}>
      {word("category", subject.category)}
    </a>
  );
}

function allocated(subject: Asset): string {
  const words = word("allocation", subject.allocation);
  const to = subject.allocated_to ? ` ${subject.allocated_to}` : "";
  const back = subject.return_on
    ? `, ${t("estate.back_on", { on: longDay(subject.return_on) })}`
    : "";
  return words + to + back;
}
