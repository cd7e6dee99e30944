// The colour a tablet shows: the server's dated rating, with what was seen today on top of it.
import type { RagColour } from "../ui/icon";

export type Snapshot = "red" | "amber" | "green" | "grey" | undefined;

/**
 * Condition counts at once: D is red, C at least amber (ratings.md, section 1). A better grade than
 * the server knew of does not take back its red: that is for the next rating. Not seen has no colour.
 */
export function shownRating(
  seen: boolean,
  condition: string | undefined,
  snapshot: Snapshot,
): RagColour {
  if (!seen) return "none";
  if (condition === "D" || snapshot === "red") return "red";
  if (condition === "C" || snapshot === "amber") return "amber";
  if (condition !== undefined || snapshot === "green") return "green";
  return "none";
}

export interface Counted {
  colour: RagColour;
  critical: boolean;
  criticalService: boolean;
}

/** A room's colour so far, by the rules of a matrix cell with counts for values. */
export function roomColour(subjects: readonly Counted[]): RagColour {
  const rated = subjects.filter((subject) => subject.colour !== "none");
  if (rated.length === 0) return "none";
  const reds = rated.filter((subject) => subject.colour === "red");
  const ambers = rated.filter((subject) => subject.colour === "amber");
  const share = (n: number): number => n / subjects.length;
  if (reds.some((red) => red.criticalService) || share(reds.length) >= 0.25) return "red";
  if (reds.length > 0 || share(ambers.length) >= 0.25) return "amber";
  return "green";
}

/** A lot's grade: the worst one that at least a tenth of it has. */
export function lotCondition(
  counts: readonly [number, number, number, number],
): string | undefined {
  const total = counts.reduce((sum, n) => sum + n, 0);
  if (total === 0) return undefined;
  for (const [grade, n] of [
    ["D", counts[3]],
    ["C", counts[2]],
    ["B", counts[1]],
  ] as const) {
    if (n * 10 >= total) return grade;
  }
  return "A";
}
