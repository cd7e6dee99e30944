/** The desk's words in British English, in parts: audit pages, review, plan pages, codes from the data. */
import { deskAudit } from "./desk-audit";
import { deskCodes } from "./desk-codes";
import { deskPages } from "./desk-pages";
import { deskPlan } from "./desk-plan";
import { deskRestored } from "./desk-restored";
import { deskReview } from "./desk-review";

export const desk = {
  ...deskPages,
  ...deskAudit,
  ...deskPlan,
  ...deskReview,
  ...deskRestored,
  ...deskCodes,
} as const;
