/** The desk: shell, session, and which page the address asks for. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { matchRoute, type Route } from "../app/router";
import { ApiProblem } from "./api";
import { AssetPage } from "./estate/asset";
import { Estate } from "./estate/list";
import { FindingPage } from "./findings/view";
import { JobPage } from "./jobs/view";
import { useKeys } from "./keys";
import { LabelsPage } from "./labels/view";
import { Home } from "./matrix/home";
import { Toast } from "./parts/notice";
import { Sprite } from "./parts/rag";
import { Empty, Failed, Skeleton } from "./parts/states";
import { PeoplePage } from "./people/view";
import { NewPlanPage } from "./planner/form";
import { Plans } from "./planner/list";
import { PlanPage } from "./planner/view";
import { useResource } from "./resource";
import { RestoredPage } from "./restored/page";
import { ReviewPage } from "./review/page";
import { href, listen, place } from "./route";
import { t } from "./say";
import { SchoolPage } from "./school/view";
import { readSession, session, signInAddress } from "./session";
import { KeysHelp } from "./shell/keys";
import { Nav } from "./shell/nav";
import { UnsentPage } from "./unsent/view";
import { NewVisitPage } from "./visits/form";
import { Visits } from "./visits/list";
import { VisitPage } from "./visits/view";
import "./css/index.css";

type Params = Readonly<Record<string, string>>;

const ROUTES: readonly Route<(params: Params) => JSX.Element>[] = [
  { pattern: "/", screen: () => <Home /> },
  {
    pattern: "/schools/:id",
    screen: ({ id }) => <SchoolPage key={id} id={id ?? ""} tab="rooms" />,
  },
  {
    pattern: "/schools/:id/:tab",
    screen: ({ id, tab }) => <SchoolPage key={id} id={id ?? ""} tab={tab ?? "rooms"} />,
  },
  { pattern: "/assets", screen: () => <Estate /> },
  { pattern: "/assets/:id", screen: ({ id }) => <AssetPage key={id} kind="asset" id={id ?? ""} /> },
  { pattern: "/lots/:id", screen: ({ id }) => <AssetPage key={id} kind="lot" id={id ?? ""} /> },
  {
    pattern: "/systems/:id",
    screen: ({ id }) => <AssetPage key={id} kind="system" id={id ?? ""} />,
  },
  { pattern: "/findings/:id", screen: ({ id }) => <FindingPage key={id} id={id ?? ""} /> },
  { pattern: "/visits", screen: () => <Visits /> },
  { pattern: "/visits/new", screen: () => <NewVisitPage /> },
  { pattern: "/visits/:id", screen: ({ id }) => <VisitPage key={id} id={id ?? ""} /> },
  { pattern: "/review", screen: () => <ReviewPage /> },
  { pattern: "/restored", screen: () => <RestoredPage /> },
  { pattern: "/plans", screen: () => <Plans /> },
  { pattern: "/plans/new", screen: () => <NewPlanPage /> },
  { pattern: "/plans/:id", screen: ({ id }) => <PlanPage key={id} id={id ?? ""} /> },
  { pattern: "/labels", screen: () => <LabelsPage /> },
  { pattern: "/people", screen: () => <PeoplePage /> },
  { pattern: "/unsent", screen: () => <UnsentPage /> },
  { pattern: "/jobs/:id", screen: ({ id }) => <JobPage key={id} id={id ?? ""} /> },
];

export default function Desk(): JSX.Element {
  const [stop] = useState(() => listen());
  const [keysShown, showKeys] = useState(false);
  useEffect(() => stop, [stop]);
  const signedIn = useResource("session", readSession);
  useKeys({ "?": () => showKeys(true) });
  return (
    <div class="desk">
      <a class="skip" href="#main">
        {t("page.skip")}
      </a>
      <Sprite />
      <Nav showKeys={() => showKeys(true)} />
      {session.value === null ? (
        <Waiting problem={signedIn.problem} retry={signedIn.reload} />
      ) : (
        <Screen />
      )}
      <Toast />
      {keysShown ? <KeysHelp close={() => showKeys(false)} /> : null}
    </div>
  );
}

function Waiting(props: { problem: unknown; retry: () => void }): JSX.Element {
  const failed = props.problem !== null && props.problem !== undefined;
  const mustSignIn = props.problem instanceof ApiProblem && props.problem.slug === "sign_in_needed";
  useEffect(() => {
    if (mustSignIn) location.replace(signInAddress());
  }, [mustSignIn]);
  return (
    <main id="main" class="main">
      <h1 class="sr">Walkround</h1>
      {failed ? (
        <Failed problem={props.problem} retry={props.retry} />
      ) : (
        <Skeleton words={t("state.reading")} />
      )}
    </main>
  );
}

function Screen(): JSX.Element {
  const match = matchRoute(ROUTES, place.value.path);
  if (match !== undefined) return match.screen(match.params);
  return (
    <main id="main" class="main">
      <Empty title={t("page.none")} words={t("page.none.words")}>
        <a class="btn" href={href("/")}>
          {t("act.to_matrix")}
        </a>
      </Empty>
    </main>
  );
}
