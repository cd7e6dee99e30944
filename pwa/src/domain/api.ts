// Written by scripts/api-types.mjs from the server's OpenAPI file. Do not edit.

export type Batch = {
  batch_id: string;
  count: number;
};

export type Cell = {
  amber: number;
  amber_pence: number;
  green: number;
  green_pence: number;
  grey: number;
  grey_pence: number;
  rag: "red" | "amber" | "green" | "grey";
  red: number;
  red_pence: number;
  rule: string;
};

export type CellDetail = {
  as_at: number | null;
  cell: Cell;
  contributors: Contributor[];
  evidence: Evidence;
  rule: Rule;
  to_green: Step[];
};

export type Code = {
  code: string;
  expires_at: number;
};

export type CodeRequest = {
  user_id?: string;
};

export type Contributor = {
  name: string;
  rag: "red" | "amber" | "green" | "grey";
  reasons: Reason[];
  room_name: string | null;
  subject_id: string;
  subject_kind: string;
  tag: string | null;
  value_pence: number;
};

export type Edit = {
  base?: Record<string, unknown>;
  set: Record<string, unknown>;
};

export type Error = {
  code?: number;
  errors?: Record<string, unknown>;
  message?: string;
  status?: string;
};

export type Evidence = {
  newest_at: number | null;
  oldest_at: number | null;
};

export type Finding = {
  answers: unknown;
  author: string | null;
  code: string | null;
  condition: "A" | "B" | "C" | "D" | null;
  count_a: number | null;
  count_b: number | null;
  count_c: number | null;
  count_d: number | null;
  faults: Record<string, boolean> | null;
  id: string;
  note: string | null;
  photos: Photo[];
  resolution: "here" | "belongs_here" | "going_back" | "on_loan" | "later" | "not_ours" | null;
  room_name: string | null;
  seen: boolean | null;
  seen_at: number | null;
  seen_room_id: string | null;
  subject_id: string;
  subject_kind: "asset" | "lot" | "system" | "tag";
  subject_name: string | null;
  visit_id: string;
  visit_name: string;
  void: boolean | null;
};

export type Findings = {
  items: Finding[];
  next: string | null;
};

export type Gap = {
  category: string;
  high_pence: number;
  low_pence: number;
  name: string;
  quantity: number;
  school_id: string;
  school_name: string;
  subject_id: string;
  subject_kind: string;
  tag: string | null;
  why: string;
  words: string;
};

export type GapList = {
  items: Gap[];
  next: string | null;
};

export type GapSum = {
  count: number;
  high_pence: number;
  low_pence: number;
};

export type Health = {
  status: string;
};

export type Item = {
  allocation: string;
  asset_type_id: string;
  bought_on: string | null;
  category: string;
  condition: string | null;
  id: string;
  life_state: string;
  name: string | null;
  product: string | null;
  quantity: number;
  room_id: string;
  room_name: string;
  school_id: string;
  school_name: string;
  serial: string | null;
  tag: string | null;
  type_name: string;
};

export type Items = {
  items: Item[];
  next: string | null;
};

export type Job = {
  done: number;
  id: string;
  message?: string | null;
  name: string;
  problem?: unknown;
  result?: unknown;
  state: "queued" | "running" | "done" | "failed";
  total: number;
};

export type Limit = {
  pence: number;
  school_id: string;
  year: number;
};

export type Line = {
  asset_type_id: string;
  benefit: number;
  category: string;
  due_by_age_on: string | null;
  due_on: string | null;
  finance_line: string;
  id: string;
  label: string;
  must_do: boolean;
  quantity: number;
  reason: Record<string, unknown>;
  school_id: string;
  school_name: string;
  total_pence: number;
  type_name: string;
  unit_pence: number;
  words: string;
  year: number;
};

export type LineList = {
  items: Line[];
  next: string | null;
};

export type Manifest = {
  bytes: number;
  counts: Record<string, number>;
};

export type Matrix = {
  as_at: number | null;
  columns: string[];
  rows: MatrixRow[];
  rule_version: string;
  total: Total;
};

export type MatrixRow = {
  cells: Record<string, Cell>;
  id: string;
  kind: string;
  name: string;
  overall: Cell;
};

export type NewLabels = {
  count: number;
  school_id?: string | null;
};

export type NewPlan = {
  limits?: Limit[];
  name: string;
  school_id?: string;
  starts_on: string;
  trust_id?: string;
  uplift?: number;
  years: 3 | 4 | 5;
};

export type NewVisit = {
  blind?: boolean;
  ends_on: string;
  name: string;
  school_id: string;
  starts_on: string;
  team?: string[];
};

export type NotSeen = {
  count: number | null;
  is_known: boolean;
};

export type Organisation = {
  id: string;
  kind: string;
  name: string;
};

export type OrganisationName = {
  id: string;
  name: string;
};

export type PaginationMetadata = {
  first_page?: number;
  last_page?: number;
  next_page?: number;
  page?: number;
  previous_page?: number;
  total?: number;
  total_pages?: number;
};

export type People = {
  items: Person[];
  next: string | null;
};

export type Person = {
  email?: string;
  id: string;
  name: string;
  roles: string[];
};

export type Photo = {
  caption: string | null;
  drawing: unknown;
  has_person: boolean | null;
  height: number | null;
  id: string;
  owner_id: string;
  owner_kind: "finding" | "room_walk" | "asset";
  rank: number | null;
  refusal: string | null;
  sha256: string;
  state: "awaiting" | "stored" | "refused";
  taken_at: number;
  width: number | null;
};

export type Photos = {
  items: Photo[];
  next: string | null;
};

export type Plan = {
  id: string;
  inputs_sha256: string | null;
  made_at: number;
  name: string;
  school_id: string | null;
  solved_at: number | null;
  starts_on: string;
  state: string;
  trust_id: string | null;
  uplift: number;
  years: number;
};

export type PlanChange = {
  limits?: Limit[];
  name?: string;
  uplift?: number;
  years?: 3 | 4 | 5;
};

export type PlanDetail = {
  gaps: GapSum;
  plan: Plan;
  risk: Risk;
  schools: PlanSchool[];
  short: Short[];
  years: Year[];
};

export type PlanList = {
  items: Plan[];
  next: string | null;
};

export type PlanSchool = {
  id: string;
  name: string;
  total_pence: number;
  years: SchoolYear[];
};

export type Rating = {
  category: string;
  critical: boolean;
  critical_service: boolean;
  inputs: Record<string, unknown>;
  next_flip_on: string | null;
  quantity: number;
  rag: "red" | "amber" | "green" | "grey";
  rated_at: number;
  reasons: Reason[];
  room_id: string;
  school_id: string;
  subject_id: string;
  subject_kind: string;
  turns_on: string | null;
  turns_to: string | null;
  value_pence: number;
  version: string;
};

export type Reason = {
  dimension: string;
  on: string | null;
  rag: "red" | "amber" | "green" | "grey";
  words: string;
};

export type Risk = {
  after: number;
  before: number;
};

export type Room = {
  assets: number;
  building: string | null;
  building_id: string | null;
  builtin: string | null;
  floor: string | null;
  id: string;
  name: string;
  room_type: string | null;
};

export type Rooms = {
  items: Room[];
  next: string | null;
};

export type Rule = {
  id: string;
  version: string;
  words: string;
};

export type School = {
  assets: number;
  id: string;
  name: string;
  phase: string | null;
  pupils: number | null;
  rooms: number;
  trust_id: string | null;
  trust_name: string | null;
  urn: string | null;
};

export type SchoolYear = {
  limit_pence: number | null;
  total_pence: number;
  year: number;
};

export type Schools = {
  items: School[];
  next: string | null;
};

export type Session = {
  organisation: Organisation;
  organisations: OrganisationName[];
  roles: string[];
  schools: SessionSchool[];
  user: User;
};

export type SessionSchool = {
  id: string;
  name: string;
  trust_id: string | null;
};

export type Short = {
  label: string;
  pence: number;
  school_id: string;
  words: string;
  year: number;
};

export type SignIn = {
  code?: string;
  email?: string;
  password?: string;
};

export type Snapshot = {
  as_at: number | null;
  items: string[][];
};

export type Started = {
  id: string;
  job_id: string;
};

export type Step = {
  pence: number;
  then_rag: "red" | "amber" | "green" | "grey";
  words: string;
};

export type Subject = {
  name: string;
  quantity: number;
  rag: string | null;
  room_name: string | null;
  subject_id: string;
  subject_kind: string;
  tag: string | null;
};

export type SubjectList = {
  items: Subject[];
  next: string | null;
};

export type Switch = {
  organisation_id: string;
};

export type TagIndex = {
  as_at: number;
  codes: unknown[];
};

export type TeamMember = {
  id: string;
  name: string;
};

export type Total = {
  cells: Record<string, Cell>;
  overall: Cell;
};

export type Trust = {
  id: string;
  name: string;
  schools: number;
};

export type Trusts = {
  items: Trust[];
  next: string | null;
};

export type User = {
  email: string;
  id: string;
  name: string;
};

export type Visit = {
  assets: number;
  blind: boolean;
  bytes: number;
  ends_on: string;
  found: number;
  id: string;
  name: string;
  not_seen: NotSeen;
  rooms: number;
  rooms_done: number;
  school_id: string;
  school_name: string;
  starts_on: string;
  state: "planned" | "open" | "closed" | "signed_off";
  team: TeamMember[];
};

export type VisitItem = {
  assets: number;
  blind: boolean;
  bytes: number;
  ends_on: string;
  found: number;
  id: string;
  name: string;
  rooms: number;
  rooms_done: number;
  school_id: string;
  school_name: string;
  starts_on: string;
  state: "planned" | "open" | "closed" | "signed_off";
};

export type Visits = {
  items: VisitItem[];
  next: string | null;
};

export type Year = {
  is_planned: boolean;
  label: string;
  left_pence: number | null;
  limit_pence: number | null;
  lines: number;
  must_pence: number;
  total_pence: number;
  year: number;
};

/** What each route answers. */
export interface Answers {
  "GET /api/assets": Items;
  "GET /api/assets/{id_}": unknown;
  "PATCH /api/assets/{id_}": unknown;
  "GET /api/findings": Findings;
  "GET /api/jobs/{job_id}": Job;
  "POST /api/labels": Batch;
  "GET /api/labels/{batch_id}.pdf": unknown;
  "GET /api/lots": Items;
  "GET /api/lots/{id_}": unknown;
  "PATCH /api/lots/{id_}": unknown;
  "GET /api/matrices/cell": CellDetail;
  "GET /api/matrices/rooms": Matrix;
  "GET /api/matrices/schools": Matrix;
  "GET /api/matrices/trusts": Matrix;
  "GET /api/people": People;
  "GET /api/photos": Photos;
  "GET /api/photos/{photo_id}/image": unknown;
  "GET /api/plan-lines/{line_id}/subjects": SubjectList;
  "GET /api/plans": PlanList;
  "POST /api/plans": Started;
  "GET /api/plans/{plan_id}": PlanDetail;
  "PATCH /api/plans/{plan_id}": PlanDetail;
  "DELETE /api/plans/{plan_id}": unknown;
  "GET /api/plans/{plan_id}/gaps": GapList;
  "GET /api/plans/{plan_id}/lines": LineList;
  "POST /api/plans/{plan_id}/solve": Started;
  "GET /api/ratings": Rating;
  "GET /api/ratings/snapshot": Snapshot;
  "GET /api/schools": Schools;
  "GET /api/schools/{school_id}/rooms": Rooms;
  "GET /api/session": Session;
  "POST /api/session/organisation": Session;
  "POST /api/sign-in": Session;
  "POST /api/sign-in-codes": Code;
  "POST /api/sign-out": unknown;
  "POST /api/sync/v1/blobs": unknown;
  "GET /api/sync/v1/blobs/{sha256}": unknown;
  "PATCH /api/sync/v1/blobs/{sha256}": unknown;
  "GET /api/sync/v1/bootstrap/{scope_id}": unknown;
  "GET /api/sync/v1/digest/{scope_id}": unknown;
  "POST /api/sync/v1/hello": unknown;
  "GET /api/sync/v1/ops": unknown;
  "POST /api/sync/v1/ops/{client_id}/{mid}/resolve": unknown;
  "POST /api/sync/v1/pull": unknown;
  "POST /api/sync/v1/push": unknown;
  "GET /api/systems": Items;
  "GET /api/systems/{id_}": unknown;
  "PATCH /api/systems/{id_}": unknown;
  "GET /api/tag-index": TagIndex;
  "GET /api/trusts": Trusts;
  "GET /api/visits": Visits;
  "POST /api/visits": Visit;
  "GET /api/visits/{visit_id}": Visit;
  "POST /api/visits/{visit_id}/close": Visit;
  "GET /api/visits/{visit_id}/manifest": Manifest;
  "GET /healthz": Health;
}

/** What each route is sent. */
export interface Bodies {
  "PATCH /api/assets/{id_}": Edit;
  "POST /api/labels": NewLabels;
  "PATCH /api/lots/{id_}": Edit;
  "POST /api/plans": NewPlan;
  "PATCH /api/plans/{plan_id}": PlanChange;
  "POST /api/session/organisation": Switch;
  "POST /api/sign-in": SignIn;
  "POST /api/sign-in-codes": CodeRequest;
  "PATCH /api/systems/{id_}": Edit;
  "POST /api/visits": NewVisit;
}
