// The addresses of the field screens: one list to match, one function each to build.
import type { Route } from "../app/router";

export type Screen =
  | "visits"
  | "install"
  | "sync"
  | "rooms"
  | "look"
  | "room"
  | "scan"
  | "add"
  | "about"
  | "finding"
  | "photo";

const ROOM = "/field/visits/:visit/rooms/:room";

export const ROUTES: readonly Route<Screen>[] = [
  { pattern: "/field", screen: "visits" },
  { pattern: "/field/install", screen: "install" },
  { pattern: "/field/sync", screen: "sync" },
  { pattern: "/field/visits/:visit", screen: "rooms" },
  { pattern: "/field/visits/:visit/scan", screen: "look" },
  { pattern: ROOM, screen: "room" },
  { pattern: `${ROOM}/scan`, screen: "scan" },
  { pattern: `${ROOM}/add`, screen: "add" },
  { pattern: `${ROOM}/about`, screen: "about" },
  { pattern: `${ROOM}/:kind/:id`, screen: "finding" },
  { pattern: `${ROOM}/:kind/:id/photo`, screen: "photo" },
];

export const HOME = "/field/";
export const INSTALL = "/field/install";
export const SYNC = "/field/sync";

export const visitPath = (visit: string): string => `/field/visits/${visit}`;
export const lookPath = (visit: string): string => `${visitPath(visit)}/scan`;
export const roomPath = (visit: string, room: string): string =>
  `${visitPath(visit)}/rooms/${room}`;
export const scanPath = (visit: string, room: string): string => `${roomPath(visit, room)}/scan`;
export const aboutPath = (visit: string, room: string): string => `${roomPath(visit, room)}/about`;
export const addPath = (visit: string, room: string, code?: string): string =>
  `${roomPath(visit, room)}/add${code ? `?code=${encodeURIComponent(code)}` : ""}`;
export const findingPath = (visit: string, room: string, kind: string, id: string): string =>
  `${roomPath(visit, room)}/${kind}/${id}`;
export const photoPath = (visit: string, room: string, kind: string, id: string): string =>
  `${findingPath(visit, room, kind, id)}/photo`;
export const signInPath = (next: string, organisation: string): string =>
  `/sign-in?next=${encodeURIComponent(next)}&organisation=${organisation}`;
