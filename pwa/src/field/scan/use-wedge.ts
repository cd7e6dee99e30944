// Lets a hand scanner work wherever a room is open and nobody is typing.
import { useEffect } from "preact/hooks";
import { useField } from "../deps";
import { scanPath } from "../paths";
import type { VisitIndex } from "../visit-index";
import { scanText } from "./actions";
import { createWedge } from "./wedge";

const TYPING = "input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]";

export function useWedge(index: VisitIndex, room: string, opensSheet: boolean): void {
  const field = useField();
  const visit = index.visit.id;
  useEffect(() => {
    const wedge = createWedge();
    const pressed = (event: KeyboardEvent): void => {
      if ((event.target as Element | null)?.closest?.(TYPING)) return;
      const text = wedge.press({ key: event.key, at: event.timeStamp });
      if (text === undefined) return;
      event.preventDefault();
      if (opensSheet) field.router.go(scanPath(visit, room));
      void scanText(field, visit, room, text, "hand");
    };
    // Before buttons and links: the scanner's Enter must not press what happens to have the focus.
    addEventListener("keydown", pressed, { capture: true });
    return () => removeEventListener("keydown", pressed, { capture: true });
  }, [field, visit, room, opensSheet]);
}
