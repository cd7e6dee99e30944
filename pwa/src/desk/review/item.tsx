/** One thing that needs a person: what it is about, its photos, and the decision. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Waiting } from "../../domain/generated/audits";
import { callAll } from "../api";
import { shortDay } from "../dates";
import { findingPath, findingWords, newestFirst } from "../findings/history";
import { PhotoViewer } from "../findings/photos";
import { PhotoStrip } from "../matrix/evidence";
import { subjectPath } from "../matrix/worst";
import { useResource } from "../resource";
import { href, setQuery } from "../route";
import { t } from "../say";
import { ConflictChoice } from "./conflict";
import { HeldDecision } from "./held";
import { tagWords, titleOf } from "./model";
import { Where } from "./where";

export interface ItemProps {
  readonly item: Waiting;
  readonly position: string;
  /** Settled: say so and go on with the next. */
  readonly done: (words: string) => void;
  /** Somebody decided before, or the values changed: say so, and read again what waits. */
  readonly overtaken: (words: string) => void;
}

export function Item(props: ItemProps): JSX.Element {
  const { item } = props;
  const { conflict, held } = item;
  return (
    <article class="matter">
      <button type="button" class="btn bare to-list" onClick={() => setQuery({ item: null })}>
        {t("review.back")}
      </button>
      <About item={item} position={props.position} />
      {conflict === null ? null : <ConflictChoice {...props} conflict={conflict} />}
      {held === null ? null : <HeldDecision {...props} held={held} />}
      <Photos item={item} />
      <SeenBefore item={item} />
    </article>
  );
}

function About(props: { item: Waiting; position: string }): JSX.Element {
  const { item } = props;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (document.activeElement?.closest(".matter") !== null) heading.current?.focus();
  }, []);
  return (
    <header>
      <Where of={item} {...(item.held?.is_nowhere ? { instead: t("review.nowhere.where") } : {})} />
      <div class="row apart">
        <h2 ref={heading} tabIndex={-1}>
          <Subject item={item} />{" "}
          {item.tag === null ? null : <span class="tag">{tagWords(item.tag)}</span>}
        </h2>
        <span class="small quiet nowrap">{props.position}</span>
      </div>
    </header>
  );
}

function Subject(props: { item: Waiting }): JSX.Element {
  const { subject_kind: kind, subject_id: id } = props.item;
  const title = titleOf(props.item);
  if (id === null || (kind !== "asset" && kind !== "lot" && kind !== "system")) return <>{title}</>;
  return <a href={href(subjectPath(kind, id))}>{title}</a>;
}

function Photos(props: { item: Waiting }): JSX.Element | null {
  const { photos } = props.item;
  const [open, setOpen] = useState<number | null>(null);
  if (photos.length === 0) return null;
  return (
    <section class="review-photos">
      <h3>{t("findings.photos")}</h3>
      <PhotoStrip photos={photos} open={setOpen} />
      {open === null ? null : (
        <PhotoViewer photos={photos} at={open} go={setOpen} close={() => setOpen(null)} />
      )}
    </section>
  );
}

const MOST_BEFORE = 6;

/** What was said of the same thing in this visit and in those before: it helps to choose. */
function SeenBefore(props: { item: Waiting }): JSX.Element | null {
  const { subject_kind: kind, subject_id: id } = props.item;
  const asks = id !== null && (kind === "asset" || kind === "lot" || kind === "system");
  const { data } = useResource(asks ? `findings of subject ${id}` : null, (signal) =>
    callAll("GET /api/findings", { subject_id: id ?? "" }, signal, MOST_BEFORE),
  );
  const before = newestFirst(data ?? []).slice(0, MOST_BEFORE);
  if (!asks || before.length === 0) return null;
  return (
    <section>
      <h3>{t("review.before")}</h3>
      <ol class="timeline">
        {before.map((finding) => (
          <li key={finding.id}>
            <time>{finding.seen_at === null ? "–" : shortDay(finding.seen_at)}</time>
            <div>
              <a href={href(findingPath(finding))}>{findingWords(finding)}</a>
              {finding.note === null || finding.note === "" ? "" : ` “${finding.note}”`}
              <p class="small quiet">
                {[finding.room_name, finding.author, finding.visit_name]
                  .filter(Boolean)
                  .join(" · ")}
              </p>
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
