// Rows and their headings: sign, name, one fact, result, chevron.
import type { ComponentChildren } from "preact";
import { t } from "../../app/words";
import { Icon, Meter, RagSign } from "../../ui/icon";
import type { Row } from "../room/model";

export function Head({ title, aside }: { title: string; aside?: string | undefined }) {
  return (
    <div class="head">
      <h2>{title}</h2>
      {aside && <span>{aside}</span>}
    </div>
  );
}

export function Rows({ children }: { children: ComponentChildren }) {
  return <ul class="rows">{children}</ul>;
}

interface SubjectRowProps {
  row: Row;
  /** None = a fact that leads nowhere. */
  href: string | undefined;
  current: boolean;
}

/** A subject in a room: on a wide pane the fact has its own column. */
export function SubjectRow({ row, href, current }: SubjectRowProps) {
  const inner = (
    <>
      <RagSign colour={row.colour} />
      <span class="row-text">
        <span class="row-title">{row.title}</span>
        <span class="row-kind">{row.line}</span>
        <span class="row-note">{row.fact}</span>
      </span>
      <span class="row-end">
        <span class="row-word">{row.word}</span>
        {row.photos > 0 ? (
          <span class="row-meta">
            <Icon name="camera" />
            <span class="hush">{t("photos.count")}</span>
            {row.photos}
          </span>
        ) : (
          row.time && <span class="row-meta row-time">{row.time}</span>
        )}
      </span>
    </>
  );
  if (!href) {
    return (
      <li>
        <div class="row row-wide">{inner}</div>
      </li>
    );
  }
  return (
    <li>
      <a class="row row-wide" href={href} aria-current={current ? "true" : undefined}>
        {inner}
        <Go />
      </a>
    </li>
  );
}

interface PlainRowProps {
  sign: ComponentChildren;
  title: string;
  note?: string | undefined;
  end?: ComponentChildren;
  href?: string;
  class?: string;
  current?: boolean;
}

/** A row that leads somewhere (href), or one that carries an action at its end. */
export function PlainRow({ sign, title, note, end, href, class: extra, current }: PlainRowProps) {
  const inner = (
    <>
      {sign}
      <span class="row-text">
        <span class="row-title">{title}</span>
        {note && <span class="row-note">{note}</span>}
      </span>
    </>
  );
  if (!href) {
    return (
      <li>
        <div class={`row row-act ${extra ?? ""}`}>
          {inner}
          {end}
        </div>
      </li>
    );
  }
  return (
    <li>
      <a class={`row ${extra ?? ""}`} href={href} aria-current={current ? "true" : undefined}>
        {inner}
        <span class="row-end">{end}</span>
        <Go />
      </a>
    </li>
  );
}

/** "22 of 30" with a bar while it is under way. */
export function Share({ value, max, bar }: { value: number; max: number; bar: boolean }) {
  return (
    <>
      <span class="row-word">{t("count.of", { n: value, of: max })}</span>
      {bar && <Meter value={value} max={max} />}
    </>
  );
}

function Go() {
  return (
    <svg class="i row-go" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M9 18l6-6-6-6" />
    </svg>
  );
}
