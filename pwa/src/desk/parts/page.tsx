/** The frame of a page: crumbs, heading, one line of facts, actions, tabs, segments. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { arrived, href, place } from "../route";
import { t } from "../say";

export interface Crumb {
  readonly words: string;
  readonly path?: string;
}

export function Head(props: {
  title: string;
  shown?: ComponentChildren;
  crumbs?: readonly Crumb[];
  facts?: ComponentChildren;
  children?: ComponentChildren;
}): JSX.Element {
  const { path } = place.value;
  useEffect(() => arrived(props.title), [props.title, path]);
  return (
    <header class="head">
      <div>
        {props.crumbs === undefined ? null : <Crumbs crumbs={props.crumbs} />}
        <h1 tabIndex={-1}>{props.shown ?? props.title}</h1>
        {props.facts === undefined ? null : <p class="sub">{props.facts}</p>}
      </div>
      {props.children === undefined ? null : <div class="row">{props.children}</div>}
    </header>
  );
}

function Crumbs(props: { crumbs: readonly Crumb[] }): JSX.Element {
  return (
    <nav class="crumbs" aria-label={t("page.crumbs")}>
      {props.crumbs.map((crumb, at) => (
        <span key={crumb.words}>
          {at > 0 ? <span aria-hidden="true"> › </span> : null}
          {crumb.path === undefined ? crumb.words : <a href={href(crumb.path)}>{crumb.words}</a>}
        </span>
      ))}
    </nav>
  );
}

/** One of a few ways to see the same thing. */
export function Segments<K extends string>(props: {
  label: string;
  options: readonly (readonly [K, string])[];
  chosen: K;
  choose: (key: K) => void;
}): JSX.Element {
  return (
    <fieldset class="seg">
      <legend class="sr">{props.label}</legend>
      {props.options.map(([key, words]) => (
        <button
          key={key}
          type="button"
          aria-pressed={props.chosen === key}
          onClick={() => props.choose(key)}
        >
          {words}
        </button>
      ))}
    </fieldset>
  );
}

export function Tabs(props: {
  label: string;
  tabs: readonly (readonly [path: string, words: string])[];
  current: string;
}): JSX.Element {
  return (
    <nav class="tabs" aria-label={props.label}>
      {props.tabs.map(([path, words]) => (
        <a key={path} href={href(path)} aria-current={props.current === path ? "page" : undefined}>
          {words}
        </a>
      ))}
    </nav>
  );
}

/** A labelled choice in a row of filters. */
export function Choice(props: {
  label: string;
  value: string;
  options: readonly (readonly [value: string, words: string])[];
  choose: (value: string) => void;
  name?: string;
}): JSX.Element {
  return (
    <label class="choice">
      <span>{props.label}</span>
      <select
        name={props.name}
        value={props.value}
        onChange={(event) => props.choose(event.currentTarget.value)}
      >
        {props.options.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Definition pairs; a pair whose value is missing is shown as not known. */
export function Facts(props: {
  pairs: readonly (readonly [words: string, value: ComponentChildren])[];
}): JSX.Element {
  return (
    <dl class="facts">
      {props.pairs.map(([words, value]) => (
        <div key={words}>
          <dt>{words}</dt>
          <dd>{value === null || value === undefined || value === "" ? "–" : value}</dd>
        </div>
      ))}
    </dl>
  );
}
