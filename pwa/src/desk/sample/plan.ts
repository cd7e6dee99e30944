/** An invented plan: the invented trust's red and amber things spread over its years. */

import type {
  Line,
  Plan,
  PlanDetail,
  PlanSchool,
  Subject,
  Year,
} from "../../domain/generated/planning";
import { yearLabel } from "../planner/model";
import { sampleId } from "./dice";
import { NOW, schools, type Thing, TRUST, things } from "./estate";

const YEARS = 5;
const ALL_YEARS = 8;
const STARTS = "2026-09-01";

export const plan: Plan = {
  id: sampleId("plan"),
  name: "Recommended",
  trust_id: TRUST.id,
  school_id: null,
  starts_on: STARTS,
  years: YEARS,
  uplift: 30,
  state: "ready",
  made_at: NOW,
  solved_at: NOW,
  inputs_sha256: null,
};

const inTrust = schools.filter((school) => school.trust_id !== null);

/** The year a thing falls due: reds first, then by what is left of its life. */
function yearOf(thing: Thing): number {
  const left = thing.kit.life - thing.age;
  return Math.min(ALL_YEARS + 1, Math.max(1, Math.ceil(left + (thing.rag === "red" ? 0 : 1))));
}

const groups = new Map<string, Thing[]>();
for (const thing of things) {
  const year = yearOf(thing);
  if (thing.rag === "grey" || year > ALL_YEARS || thing.school_id === schools.at(-1)?.id) continue;
  const key = [thing.school_id, thing.asset_type_id, year].join();
  groups.set(key, [...(groups.get(key) ?? []), thing]);
}

export const lines: readonly Line[] = [...groups].map(([key, of]) => lineOf(key, of));
const byLine = new Map([...groups].map(([key, of]) => [sampleId("line", key), of]));

function lineOf(key: string, of: readonly Thing[]): Line {
  const first = of[0];
  if (first === undefined) throw new Error("a line without things");
  const year = yearOf(first);
  const unit = Math.round(first.kit.pence * 1.03 ** (year - 1));
  const must = first.kit.category === "servers_storage" && year === 1;
  return {
    id: sampleId("line", key),
    year,
    label: yearLabel(STARTS, year),
    school_id: first.school_id,
    school_name: first.school_name,
    category: first.category,
    asset_type_id: first.asset_type_id,
    type_name: first.type_name,
    quantity: of.length,
    unit_pence: unit,
    total_pence: unit * of.length,
    must_do: must,
    reason: { key: must ? "support_end" : "age", values: {} },
    words: must
      ? "Support has ended: it comes before anything is weighed."
      : "Most risk removed for each pound that is left in this year's limit.",
    due_by_age_on: `${2026 + year}-09-01`,
    due_on: `${2025 + year}-09-01`,
    benefit: 0,
    finance_line: first.category === "user_devices" ? "E20A" : "CE04B",
  };
}

function yearsOf(own: readonly Line[]): Year[] {
  return Array.from({ length: ALL_YEARS }, (_, at) => {
    const year = at + 1;
    const these = own.filter((line) => line.year === year);
    const total = these.reduce((sum, line) => sum + line.total_pence, 0);
    const limit = year > YEARS ? null : Math.ceil((total * 1.04) / 500_000) * 500_000;
    return {
      year,
      label: yearLabel(STARTS, year),
      is_planned: year <= YEARS,
      limit_pence: limit,
      total_pence: total,
      must_pence: these.reduce((sum, line) => sum + (line.must_do ? line.total_pence : 0), 0),
      left_pence: limit === null ? null : limit - total,
      lines: these.length,
    };
  });
}

function schoolSum(school: { id: string; name: string }): PlanSchool {
  const own = lines.filter((line) => line.school_id === school.id && line.year <= YEARS);
  const total = (of: readonly Line[]): number =>
    of.reduce((sum, line) => sum + line.total_pence, 0);
  const years = Array.from({ length: YEARS }, (_, at) => ({
    year: at + 1,
    total_pence: total(own.filter((line) => line.year === at + 1)),
    limit_pence: 2_000_000,
  }));
  return { id: school.id, name: school.name, total_pence: total(own), years };
}

export function planAnswer(): PlanDetail {
  return {
    plan,
    years: yearsOf(lines),
    schools: inTrust.map(schoolSum),
    short: [],
    risk: { before: 1000, after: 214 },
    gaps: { count: 23, low_pence: 1_800_000, high_pence: 3_100_000 },
  };
}

export function subjectsOf(id: string): Subject[] {
  return (byLine.get(id) ?? []).map((thing) => ({
    subject_kind: "asset",
    subject_id: thing.id,
    name: thing.type_name,
    tag: thing.tag,
    room_name: thing.room_name,
    rag: thing.rag,
    quantity: thing.quantity,
  }));
}

export function gaps() {
  return things
    .filter((thing) => thing.rag === "grey")
    .slice(0, 23)
    .map((thing, at) => ({
      subject_kind: "asset" as const,
      subject_id: thing.id,
      name: thing.type_name,
      tag: thing.tag,
      school_id: thing.school_id,
      school_name: thing.school_name,
      category: thing.category,
      quantity: 1,
      words: "No price yet",
      why: ["no_price", "no_date", "no_type"][at % 3] ?? "no_price",
      low_pence: 30_000,
      high_pence: 90_000,
    }));
}
