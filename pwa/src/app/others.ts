// A person's other organisations: what of theirs waits on this tablet, and the way to each of them.
import { signal } from "@preact/signals";
import { unsentElsewhere } from "../data/others";
import { callOf } from "../domain/call";
import type { Session } from "../domain/generated/accounts";
import { signInPath } from "../field/paths";
import { trustedFetch } from "./fetch";
import type { Other, Others } from "./field-props";
import { askSession, keepSession, keptSession, namesKept, samePerson } from "./session";

/** Where the app begins again after it changed to another organisation. */
const HOME = "/field/";

export function othersOf(session: Session): Others {
  const list = signal<readonly Other[]>([]);
  const refresh = async (): Promise<void> => {
    const kept = await keptSession();
    const now = kept && samePerson(kept.session, session) ? kept.session : session;
    list.value = await otherOrganisations(now).catch(() => list.value);
  };
  const handIn = async (): Promise<void> => {
    for (const { id, mayEnter, changes, photos } of list.value) {
      if (mayEnter || changes + photos === 0) continue;
      const { handInOf } = await import("./hand-in");
      await handInOf(session, id);
      await refresh();
    }
  };
  return { list, refresh, handIn, enter: (id, next = HOME) => enter(session, id, next) };
}

/** Those the person belongs to, and those of which only unsent work is left. */
async function otherOrganisations(session: Session): Promise<Other[]> {
  const own = session.organisation.id;
  const unsent = new Map(
    (await unsentElsewhere(session.user.id, own)).map((one) => [one.organisation, one] as const),
  );
  const names = new Map(await namesKept());
  const mine = session.organisations.filter(({ id }) => id !== own);
  const gone = [...unsent.values()].filter(
    ({ organisation, changes, photos }) =>
      changes + photos > 0 && !session.organisations.some(({ id }) => id === organisation),
  );
  const entered = mine.map(({ id, name }) => ({ id, name, mayEnter: true }));
  const left = gone.map(({ organisation: id }) => ({
    id,
    name: names.get(id),
    mayEnter: false,
  }));
  return [...entered, ...left].map((one) => ({
    ...one,
    changes: unsent.get(one.id)?.changes ?? 0,
    photos: unsent.get(one.id)?.photos ?? 0,
  }));
}

/** Act for an organisation: by the sign-in there is, else by a new one that leads to it. */
async function enter(session: Session, id: string, next: string): Promise<"left" | "no_signal"> {
  const asked = await askSession();
  if (asked.state === "no_answer") return "no_signal";
  if (asked.state === "in" && asked.session.user.id === session.user.id) {
    const call = callOf("POST /api/session/organisation", { organisation_id: id });
    const answer = await trustedFetch(call.method, call.path, call.body);
    if (!answer) return "no_signal";
    if (answer.ok) {
      await keepSession((await answer.json()) as Session);
      location.assign(next);
      return "left";
    }
  }
  location.assign(signInPath(next, id));
  return "left";
}
