/** How many things need a person, for the navigation: read anew after each decision and each minute. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { call } from "../api";
import { mayDecide, session } from "../session";

export const waitingCount = signal<number | null>(null);
const EVERY_MS = 60_000;

export async function countWaiting(): Promise<void> {
  if (!mayDecide()) return;
  // A figure beside a link: without an answer the last one stands.
  const told = await call("GET /api/waiting/count", {}).catch(() => null);
  if (told !== null) waitingCount.value = told.conflicts + told.held;
}

export function useWaitingCount(): void {
  const who = session.value?.user.id;
  useEffect(() => {
    void countWaiting();
    const timer = setInterval(() => {
      if (!document.hidden) void countWaiting();
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [who]);
}
