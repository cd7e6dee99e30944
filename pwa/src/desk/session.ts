/** Who is at the desk and what they may change. */
import { signal } from "@preact/signals";
import type { Session } from "../domain/generated/accounts";
import { call } from "./api";

export const session = signal<Session | null>(null);

export async function readSession(signal?: AbortSignal): Promise<Session> {
  const read = await call("GET /api/session", {}, signal);
  session.value = read;
  return read;
}

const EDITS = ["trust_it", "school_it", "consultant", "technician"];
const PLANS = ["trust_it"];
const VISITS = ["trust_it"];
const PEOPLE = ["trust_it"];
const DECIDES = ["trust_it"];

function has(roles: readonly string[]): boolean {
  return session.value?.roles.some((role) => roles.includes(role)) ?? false;
}

export const mayEdit = (): boolean => has(EDITS);
export const mayPlan = (): boolean => has(PLANS);
export const mayRunVisits = (): boolean => has(VISITS);
export const mayDecide = (): boolean => has(DECIDES);
export const maySeePeople = (): boolean => has(PEOPLE);

/** School IT prints labels for its own schools; the others for anywhere in the organisation. */
export const hasOwnSchoolsOnly = (): boolean => !has(["trust_it", "consultant", "technician"]);

/** The sign-in page, coming back to where the person is now. */
export function signInAddress(): string {
  return `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`;
}

export async function signOut(): Promise<void> {
  await call("POST /api/sign-out", {});
  location.assign("/sign-in");
}
