/** The desk's words in British English, in three parts: audit pages, plan pages, codes from the data. */
import { deskAudit } from "./desk-audit";
import { deskCodes } from "./desk-codes";
import { deskPages } from "./desk-pages";
import { deskPlan } from "./desk-plan";

export const desk = { ...deskPages, ...deskAudit, ...deskPlan, ...deskCodes } as const;
