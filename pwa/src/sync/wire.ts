// What hello, push and pull say, as protocol.md's section 2 has it.
import type { Cursor, Status } from "./held";
import type { Item } from "./rows";

export interface ScopeInfo {
  id: string;
  kind: string;
  gen: number;
  head: number;
  min_seq: number;
}

export interface HelloReply {
  server_epoch: string;
  server_now: number;
  last_mid: number;
  backed_up_mid: number | null;
  state: "ok" | "revoked" | "fork" | "unknown";
  scopes: ScopeInfo[];
  limits: { ops: number; bytes: number; page: number; chunk: number };
  min_sv: number;
}

export interface PushResult {
  mid: number;
  status: Status;
  code?: string | null;
  fields?: string[];
}

export interface PushReply {
  server_epoch: string;
  server_now: number;
  last_mid: number;
  results: PushResult[];
  heads: Record<string, number>;
}

export interface PulledScope {
  gen: number;
  items: Item[];
  seq: number;
  head: number;
  more: boolean;
  digest?: { n: number; sum: number } | null;
}

export interface Decision {
  n: number;
  mid: number;
  outcome: string;
  reason: string | null;
}

export interface PullReply {
  server_epoch: string;
  server_now: number;
  acked_mid: number;
  scopes: Record<string, PulledScope>;
  decisions: Decision[];
  revoked: string[];
  reset: string[];
  added: string[];
}

export interface PullAsk {
  client_id: string;
  /** For which we believe to be signed in: another is answered with 404. */
  organisation_id: string;
  server_epoch: string;
  scopes: Record<string, Cursor>;
  decided: number;
  limit: number;
}
