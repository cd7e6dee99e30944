/** A fetch that answers the desk from the invented trust. For the dev page only, never built. */
import type { Page } from "../../domain/call";
import type { Person, Session } from "../../domain/generated/accounts";
import { sampleId } from "./dice";
import { findingsOf, NOW, roomsOf, schools, TRUST, things, visits } from "./estate";
import { gaps, lines, plan, planAnswer, subjectsOf } from "./plan";
import { cellAnswer, roomMatrix, schoolMatrix, trustMatrix } from "./ratings";

export interface Wishes {
  readonly role: string;
  /** Answer so late that the skeleton shows, with nothing, or with a problem. */
  readonly mood: "well" | "slow" | "empty" | "broken" | "offline";
}

type Answer = unknown;

const PEOPLE: readonly Person[] = [
  ["Anwen Price", "consultant"],
  ["Tom Field", "technician"],
  ["Priya Shah", "trust_it"],
  ["Helen Marsh", "leader"],
].map(([name, role], at) => ({
  id: sampleId("person", at + 1),
  name: name ?? "",
  email: `${(name ?? "").toLowerCase().replace(" ", ".")}@tidewell.example`,
  roles: [role ?? ""],
}));

function session(role: string): Session {
  return {
    user: { id: sampleId("person", 3), name: "Priya Shah", email: "priya.shah@tidewell.example" },
    organisation: { id: sampleId("organisation"), name: TRUST.name, kind: "trust" },
    organisations: [{ id: sampleId("organisation"), name: TRUST.name }],
    roles: [role],
    schools: schools.map(({ id, name, trust_id }) => ({ id, name, trust_id })),
  };
}

function page<T>(items: readonly T[], query: URLSearchParams): Page<T> {
  const from = Number(query.get("after") ?? 0);
  const most = Number(query.get("limit") ?? 200);
  const next = from + most < items.length ? String(from + most) : null;
  return { items: items.slice(from, from + most), next };
}

type Serve = (query: URLSearchParams, id: string) => Answer;

const GETS: readonly (readonly [RegExp, Serve])[] = [
  [/^\/api\/schools$/, (query) => page(schools, query)],
  [/^\/api\/schools\/([^/]+)\/rooms$/, (query, id) => page(roomsOf.get(id) ?? [], query)],
  [/^\/api\/matrices\/schools$/, (query) => schoolMatrix(query.get("trust_id"))],
  [/^\/api\/matrices\/trusts$/, () => trustMatrix()],
  [/^\/api\/matrices\/rooms$/, (query) => roomMatrix(query.get("school_id") ?? "")],
  [/^\/api\/matrices\/cell$/, (query) => cellAnswer(query)],
  [/^\/api\/assets$/, (query) => page(assets(query), query)],
  [/^\/api\/(?:lots|systems)$/, (query) => page([], query)],
  [/^\/api\/assets\/([^/]+)$/, (_, id) => asset(id)],
  [/^\/api\/ratings\/snapshot$/, (query) => snapshot(query.get("school_id"))],
  [/^\/api\/ratings$/, (query) => rating(query.get("subject_id") ?? "")],
  [/^\/api\/findings$/, (query) => page(findings(query), query)],
  [/^\/api\/visits$/, (query) => page(visits, query)],
  [/^\/api\/visits\/([^/]+)$/, (_, id) => visits.find((visit) => visit.id === id)],
  [/^\/api\/people$/, (query) => page(PEOPLE, query)],
  [/^\/api\/plans$/, (query) => page([plan], query)],
  [/^\/api\/plans\/([^/]+)$/, () => planAnswer()],
  [/^\/api\/plans\/([^/]+)\/lines$/, (query) => page(planLines(query), query)],
  [/^\/api\/plans\/([^/]+)\/gaps$/, (query) => page(gaps(), query)],
  [/^\/api\/plan-lines\/([^/]+)\/subjects$/, (query, id) => page(subjectsOf(id), query)],
  [/^\/api\/jobs\/([^/]+)$/, (_, id) => job(id)],
];

const SENDS: readonly (readonly [RegExp, Answer])[] = [
  [/^\/api\/labels$/, { batch_id: sampleId("batch"), count: 65 }],
  [/^\/api\/sign-in-codes$/, { code: "K7M4-2QX9", expires_at: Date.now() + 600_000 }],
  [/^\/api\/plans$/, { id: plan.id, job_id: sampleId("job") }],
  [/\/solve$/, { job_id: sampleId("job") }],
  [/./, { id: sampleId("made") }],
];

function assets(query: URLSearchParams) {
  const text = (query.get("q") ?? "").toLowerCase();
  return things.filter((thing) => {
    const fits = (name: "school_id" | "room_id" | "category"): boolean =>
      query.get(name) === null || query.get(name) === thing[name];
    const found = `${thing.tag} ${thing.type_name} ${thing.serial} ${thing.room_name}`;
    return (
      fits("school_id") && fits("room_id") && fits("category") && found.toLowerCase().includes(text)
    );
  });
}

function asset(id: string): Answer {
  const thing = things.find((one) => one.id === id);
  if (thing === undefined) return undefined;
  return {
    ...thing,
    kind: "asset",
    tags: [thing.tag],
    v: {},
    os: "windows",
    os_version: "23H2",
    managed: true,
  };
}

function snapshot(school: string | null): Answer {
  const own = things.filter((thing) => thing.school_id === school);
  return { as_at: NOW, items: own.map((thing) => ["asset", thing.id, thing.rag]) };
}

function rating(id: string): Answer {
  const thing = things.find((one) => one.id === id);
  if (thing === undefined) return { items: [] };
  return {
    subject_kind: "asset",
    subject_id: id,
    rag: thing.rag,
    reasons: thing.reasons,
    version: "1.3",
    rated_at: Date.UTC(2026, 10, 20),
    turns_on: "2027-01-12",
    turns_to: "red",
    value_pence: thing.kit.pence,
  };
}

function findings(query: URLSearchParams) {
  const subject = query.get("subject_id");
  const visit = query.get("visit_id");
  const own = things.filter((thing) => subject === null || thing.id === subject);
  return own.flatMap(findingsOf).filter((one) => visit === null || one.visit_id === visit);
}

function planLines(query: URLSearchParams) {
  const school = query.get("school_id");
  return lines.filter((line) => school === null || line.school_id === school);
}

const asked = new Map<string, number>();

function job(id: string): Answer {
  const done = (asked.get(id) ?? 0) + 2;
  asked.set(id, done);
  const state = done >= 10 ? "done" : "running";
  return { id, name: "planning.solve", state, done, total: 10, message: "Weighing risk by pound" };
}

export function serveSample(wishes: Wishes): typeof fetch {
  return async (input, init) => {
    const url = new URL(String(input), location.origin);
    if (wishes.mood === "offline" && url.pathname !== "/api/session")
      throw new TypeError("offline");
    await new Promise((go) => setTimeout(go, wishes.mood === "slow" ? 60_000 : 30));
    if (url.pathname === "/api/session") return json(session(wishes.role));
    if (wishes.mood === "broken") return json({ slug: "unavailable" }, 503);
    if (init?.method !== undefined && init.method !== "GET") return sent(url);
    if (wishes.mood === "empty" && !url.pathname.includes("matrices"))
      return json(page([], url.searchParams));
    for (const [pattern, serve] of GETS) {
      const match = pattern.exec(url.pathname);
      if (match === null) continue;
      const answer = serve(url.searchParams, match[1] ?? "");
      if (answer !== undefined) return json(wishes.mood === "empty" ? emptied(answer) : answer);
    }
    return json({ slug: "not_found" }, 404);
  };
}

function emptied(answer: Answer): Answer {
  return typeof answer === "object" && answer !== null && "rows" in answer
    ? { ...answer, rows: [] }
    : answer;
}

function sent(url: URL): Response {
  const found = SENDS.find(([pattern]) => pattern.test(url.pathname));
  return json(found?.[1] ?? {});
}

function json(body: Answer, status = 200): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/json" },
  });
}
