// Written by scripts/api-types.mjs from the server's OpenAPI file. Do not edit.

export interface Code {
  readonly code: string;
  readonly expires_at: number;
}

export interface CodeRequest {
  readonly user_id?: string;
}

export interface Health {
  readonly status: string;
}

export interface Organisation {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
}

export interface OrganisationName {
  readonly id: string;
  readonly name: string;
}

export interface People {
  readonly items: readonly Person[];
  readonly next: string | null;
}

export interface Person {
  readonly email?: string;
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
}

export interface Session {
  readonly organisation: Organisation;
  readonly organisations: readonly OrganisationName[];
  readonly roles: readonly string[];
  readonly schools: readonly SessionSchool[];
  readonly user: User;
}

export interface SessionSchool {
  readonly id: string;
  readonly name: string;
  readonly trust_id: string | null;
}

export interface SignIn {
  readonly code?: string;
  readonly email?: string;
  readonly password?: string;
}

export interface Switch {
  readonly organisation_id: string;
}

export interface User {
  readonly email: string;
  readonly id: string;
  readonly name: string;
}

/** What each route is given and what it answers. */
export interface Routes {
  "GET /api/people": { given: { after?: string | null; limit?: number | null }; answer: People };
  "GET /api/session": { given: Readonly<Record<string, never>>; answer: Session };
  "POST /api/session/organisation": { given: Switch; answer: Session };
  "POST /api/sign-in": { given: SignIn; answer: Session };
  "POST /api/sign-in-codes": { given: CodeRequest; answer: Code };
  "POST /api/sign-out": { given: Readonly<Record<string, never>>; answer: undefined };
  "GET /healthz": { given: Readonly<Record<string, never>>; answer: Health };
}
