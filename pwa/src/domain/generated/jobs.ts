// Written by scripts/api-types.mjs from the server's OpenAPI file. Do not edit.

export interface Job {
  readonly done: number;
  readonly id: string;
  readonly message: string | null;
  readonly name: string;
  readonly problem: unknown;
  readonly result: unknown;
  readonly state: "queued" | "running" | "done" | "failed";
  readonly total: number;
}

/** What each route is given and what it answers. */
export interface Routes {
  "GET /api/jobs/{job_id}": { given: { job_id: string }; answer: Job };
}
