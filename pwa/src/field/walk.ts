// The screens inside a room, in one file that is read right after the first paint: a list of rooms needs none.
export { FindingScreen } from "./finding/view";
export { PhotoScreen } from "./photo/view";
export { RoomScreen } from "./room/view";
export { ScanScreen } from "./scan/view";
