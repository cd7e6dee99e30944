/** The desk's keys: single letters outside fields, arrows in a grid, and the list that `?` shows. */
import { useEffect, useRef } from "preact/hooks";

export type Keymap = Readonly<Record<string, (event: KeyboardEvent) => void>>;

const FIELDS = "input, select, textarea, [contenteditable], dialog[open]";

/** Listen for keys while a screen is shown. Letters never fire inside a field or a dialog. */
export function useKeys(keymap: Keymap): void {
  const current = useRef(keymap);
  current.current = keymap;
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const inField = event.target instanceof Element && event.target.closest(FIELDS) !== null;
      if (inField) return;
      const act = current.current[event.key];
      if (act !== undefined) act(event);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

/** Where the arrows lead in a grid of rows × columns; null when the key is not a move. */
export function moveInGrid(
  at: readonly [row: number, column: number],
  key: string,
  size: readonly [rows: number, columns: number],
): readonly [number, number] | null {
  const [row, column] = at;
  const [rows, columns] = size;
  const clamp = (n: number, end: number): number => Math.max(0, Math.min(n, end - 1));
  switch (key) {
    case "ArrowUp":
      return [clamp(row - 1, rows), column];
    case "ArrowDown":
      return [clamp(row + 1, rows), column];
    case "ArrowLeft":
      return [row, clamp(column - 1, columns)];
    case "ArrowRight":
      return [row, clamp(column + 1, columns)];
    case "Home":
      return [row, 0];
    case "End":
      return [row, columns - 1];
    default:
      return null;
  }
}

/** The next or previous of the links a list marks with data-row, for j and k. */
export function stepRow(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
  if (rows.length === 0) return;
  // What has the focus may be no row at all: then it is not found, which is the answer wanted.
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = at === -1 && by === -1 ? rows.length - 1 : at + by;
  rows[Math.max(0, Math.min(next, rows.length - 1))]?.focus();
}
