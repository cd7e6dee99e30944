/** How much is open since a restore, for the navigation and the page: read anew after each decision. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { LostCount } from "../../domain/generated/recovery";
import { call } from "../api";
import { mayDecide, session } from "../session";

export const sinceRestore = signal<LostCount | null>(null);

export async function countRestored(): Promise<void> {
  if (!mayDecide()) return;
  // A figure beside a link: without an answer the last one stands.
  const told = await call("GET /api/lost/count", {}).catch(() => null);
  if (told !== null) sinceRestore.value = told;
}

export function useRestored(): void {
  const who = session.value?.user.id;
  useEffect(() => void countRestored(), [who]);
}

export function openSinceRestore(): number {
  const told = sinceRestore.value;
  return told === null ? 0 : told.records + told.devices;
}
