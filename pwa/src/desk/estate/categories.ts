/** The categories of kit, in the order every matrix shows them. */
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
] as const;
