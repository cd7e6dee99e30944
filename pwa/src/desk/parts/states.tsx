/** What a screen shows when it has nothing, not yet, or not any more. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { clockTime } from "../dates";
import { inWords } from "../problems";
import type { Loaded } from "../resource";
import { go } from "../route";
import { t } from "../say";
import { signInAddress } from "../session";
import { Head } from "./page";

const QUIET_MS = 400;

/** Show `children(data)`, a skeleton, or the problem with its way out; old figures are said to be old. */
export function Shown<T>(props: {
  of: Loaded<T>;
  children: (data: T) => ComponentChildren;
  waiting?: string;
  /** For a whole page: its heading until the data brings its own. */
  title?: string;
}): JSX.Element {
  const { data, problem, readAt, reload } = props.of;
  if (data === undefined) {
    return (
      <>
        {props.title === undefined ? null : <Head title={props.title} />}
        {problem !== null && problem !== undefined ? (
          <Failed problem={problem} retry={reload} />
        ) : (
          <Skeleton words={props.waiting ?? t("state.reading")} />
        )}
      </>
    );
  }
  return (
    <>
      {problem !== null && problem !== undefined ? (
        <Stale readAt={readAt ?? 0} problem={problem} retry={reload} />
      ) : null}
      {props.children(data)}
    </>
  );
}

function Stale(props: { readAt: number; problem: unknown; retry: () => void }): JSX.Element {
  return (
    <p class="notice a stale" role="status">
      <strong>{t("state.stale", { time: clockTime(props.readAt) })}</strong>{" "}
      {inWords(props.problem).title}.{" "}
      <button type="button" class="link" onClick={props.retry}>
        {t("act.retry")}
      </button>
    </p>
  );
}

/** Grey bones after 400 ms, so that a quick answer never flickers. */
export function Skeleton(props: { words: string; rows?: number }): JSX.Element {
  const [shown, show] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => show(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class={shown ? "bones" : "bones waiting"} aria-busy="true">
      <p class="small quiet" role="status">
        {shown ? props.words : ""}
      </p>
      {Array.from({ length: props.rows ?? 6 }, (_, row) => (
        <div key={`bone ${row}`} class="bone-row" aria-hidden="true">
          <span class="bone w1" />
          <span class="bone w2" />
          <span class="bone w3" />
          <span class="bone w4" />
        </div>
      ))}
    </div>
  );
}

export function Failed(props: { problem: unknown; retry: () => void }): JSX.Element {
  const said = inWords(props.problem);
  return (
    <section class="state" role="alert">
      <h2>{said.title}</h2>
      <p>{said.detail}</p>
      <div class="acts">
        <WayOut next={said.next} retry={props.retry} />
      </div>
    </section>
  );
}

function WayOut(props: { next: string; retry: () => void }): JSX.Element {
  if (props.next === "sign_in") {
    return (
      <a class="btn main-act" href={signInAddress()}>
        {t("act.sign_in")}
      </a>
    );
  }
  if (props.next === "back") {
    return (
      <button type="button" class="btn" onClick={() => go("/")}>
        {t("act.to_matrix")}
      </button>
    );
  }
  return (
    <button type="button" class="btn main-act" onClick={props.retry}>
      {t("act.retry")}
    </button>
  );
}

/** Nothing here: why, and the next step. */
export function Empty(props: {
  title: string;
  words: string;
  children?: ComponentChildren;
}): JSX.Element {
  return (
    <section class="state">
      <h2>{props.title}</h2>
      <p>{props.words}</p>
      {props.children === undefined ? null : <div class="acts">{props.children}</div>}
    </section>
  );
}

export function Progress(props: { done: number; total: number; label: string }): JSX.Element {
  return (
    <progress
      class="progress"
      max={Math.max(1, props.total)}
      value={Math.min(props.done, props.total)}
      aria-label={props.label}
    />
  );
}
