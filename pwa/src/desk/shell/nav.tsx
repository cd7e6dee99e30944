/** The left side of every page: the organisation, the ways to go, who is signed in. */
import type { JSX } from "preact";
import type { Session } from "../../domain/generated/accounts";
import { call } from "../api";
import { moment } from "../dates";
import { useSchools } from "../matrix/home";
import { tell } from "../parts/notice";
import { inWords } from "../problems";
import { useResource } from "../resource";
import { openSinceRestore, useRestored } from "../restored/count";
import { useWaitingCount, waitingCount } from "../review/count";
import { href, place } from "../route";
import { count, type DeskWord, t, word } from "../say";
import { mayDecide, mayEdit, mayPlan, maySeePeople, session, signOut } from "../session";

interface Way {
  readonly path: string;
  readonly words: DeskWord;
  readonly also?: string;
  readonly figure?: string;
}

interface Part {
  readonly heading: DeskWord;
  readonly ways: readonly Way[];
}

export function Nav(props: { showKeys: () => void }): JSX.Element {
  useWaitingCount();
  useRestored();
  return (
    <nav class="nav" aria-label={t("nav.label")}>
      <a class="mark" href={href("/")}>
        <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">
          <path class="line" d="M3 3h16v16H3zM3 11h7M14 11h5M11 19v-5" />
        </svg>
        Walkround
      </a>
      <Organisation />
      {(session.value === null ? [] : parts()).map((part) => (
        <div key={part.heading} class="part">
          <h2>{t(part.heading)}</h2>
          <ul>
            {part.ways.map((way) => (
              <li key={way.path}>
                <a href={href(way.path)} aria-current={isHere(way) ? "page" : undefined}>
                  {t(way.words)}
                  {way.figure === undefined ? null : <b>{way.figure}</b>}
                </a>
              </li>
            ))}
          </ul>
        </div>
      ))}
      {session.value === null ? null : <Foot showKeys={props.showKeys} />}
    </nav>
  );
}

function parts(): Part[] {
  const schools = useSchools().data;
  const assets = schools?.reduce((sum, school) => sum + school.assets, 0);
  const audit: Way[] = [
    { path: "/", words: "nav.matrix", also: "/schools" },
    { path: "/visits", words: "nav.visits", also: "/findings" },
    ...(mayDecide()
      ? [{ path: "/review", words: "nav.review", ...figureOf(waitingCount.value) } as const]
      : []),
    ...restoredWay(),
    {
      path: "/assets",
      words: "nav.estate",
      ...(assets === undefined ? {} : { figure: count(assets) }),
    },
    ...(mayEdit() ? [{ path: "/labels", words: "nav.labels" } as const] : []),
  ];
  const reads =
    mayPlan() || session.value?.roles.some((role) => role === "leader" || role === "school_it");
  const all: Part[] = [{ heading: "nav.audit", ways: audit }];
  if (reads) all.push({ heading: "nav.plan", ways: [{ path: "/plans", words: "nav.planner" }] });
  if (maySeePeople()) {
    const ways: Way[] = [
      { path: "/people", words: "nav.people" },
      { path: "/unsent", words: "nav.unsent" },
    ];
    all.push({ heading: "nav.set_up", ways });
  }
  return all;
}

/** Only while something is open: most never see a restore. */
function restoredWay(): Way[] {
  const open = openSinceRestore();
  const isThere = place.value.path === "/restored";
  return open === 0 && !isThere
    ? []
    : [{ path: "/restored", words: "nav.restored", ...figureOf(open) }];
}

function figureOf(n: number | null): { figure?: string } {
  return n === null || n === 0 ? {} : { figure: count(n) };
}

function isHere(way: Way): boolean {
  const { path } = place.value;
  if (way.path === "/") return path === "/" || path.startsWith("/schools");
  const kinds =
    way.path === "/assets" ? ["/assets", "/lots", "/systems"] : [way.path, way.also ?? way.path];
  return kinds.some((start) => path === start || path.startsWith(`${start}/`));
}

function Organisation(): JSX.Element | null {
  const signedIn = session.value;
  const schools = useSchools().data;
  if (signedIn === null) return null;
  const pupils = schools?.reduce((sum, school) => sum + (school.pupils ?? 0), 0) ?? 0;
  const facts = [
    schools === undefined ? "" : t("nav.schools", { n: schools.length }),
    pupils === 0 ? "" : t("nav.pupils", { n: pupils }),
  ];
  return (
    <div class="org">
      {signedIn.organisations.length > 1 ? <Switch of={signedIn} /> : signedIn.organisation.name}
      <span>{facts.filter((fact) => fact !== "").join(", ")}</span>
    </div>
  );
}

/** A person may work for several organisations; the whole desk changes with the choice. */
function Switch(props: { of: Session }): JSX.Element {
  const change = async (id: string): Promise<void> => {
    try {
      await call("POST /api/session/organisation", { organisation_id: id });
      location.assign(href("/"));
    } catch (problem) {
      tell(inWords(problem).title);
    }
  };
  return (
    <select
      aria-label={t("nav.organisation")}
      value={props.of.organisation.id}
      onChange={(event) => void change(event.currentTarget.value)}
    >
      {props.of.organisations.map((one) => (
        <option key={one.id} value={one.id}>
          {one.name}
        </option>
      ))}
    </select>
  );
}

function Foot(props: { showKeys: () => void }): JSX.Element {
  const signedIn = session.value;
  const leave = async (): Promise<void> => {
    try {
      await signOut();
    } catch (problem) {
      tell(inWords(problem).title);
    }
  };
  return (
    <div class="foot">
      <p>
        <strong>{signedIn?.user.name ?? ""}</strong>
        <br />
        {signedIn?.roles.map((role) => word("role", role)).join(", ")}
      </p>
      <AsAt />
      <p class="row">
        <button type="button" class="link" onClick={props.showKeys}>
          <kbd>?</kbd> {t("keys.keys")}
        </button>
        <button type="button" class="link" onClick={() => void leave()}>
          {t("nav.sign_out")}
        </button>
      </p>
    </div>
  );
}

/** How old the ratings are, on every page. */
function AsAt(): JSX.Element | null {
  const trusts = useResource(session.value === null ? null : "as at", (signal) =>
    call("GET /api/matrices/trusts", {}, signal),
  );
  const at = trusts.data?.as_at ?? null;
  if (at === null) return null;
  return <p class="as-at">{t("nav.as_at", { at: moment(at) })}</p>;
}
