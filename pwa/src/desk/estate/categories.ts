/** The categories of kit, in the order every matrix shows them. */
import type { Category } from "../../domain/generated/estate";

export const CATEGORIES = [
  "user_devices",
  "classroom_av",
  "print",
  "servers_storage",
  "network",
  "power",
  "telephony",
  "safety_access",
  "connectivity",
  "software_licences",
  "systems",
] as const satisfies readonly Category[];

/** What an address asks for; a word that is no category asks for all. */
export function categoryOf(text: string | null): Category | null {
  return CATEGORIES.find((one) => one === text) ?? null;
}
