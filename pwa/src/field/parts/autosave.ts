// Text saves itself: 250 ms after the last key, when the field is left, and when the page is hidden.
import { useEffect, useRef, useState } from "preact/hooks";

const WAIT_MS = 250;

export interface Autosave {
  value: string;
  onInput: (event: { currentTarget: { value: string } }) => void;
  onBlur: () => void;
}

/** What the person types stays on the screen even when it could not be saved. */
export function useAutosave(saved: string, save: (value: string) => Promise<boolean>): Autosave {
  const [value, setValue] = useState(saved);
  const state = useRef({ saved, draft: saved, dirty: false, save });
  // What the person began to change is what stood here then, whatever has been fetched since.
  if (!state.current.dirty) state.current.save = save;
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  if (saved !== state.current.saved) {
    // Another hand changed it: take it over unless something unsaved stands here.
    state.current.saved = saved;
    if (!state.current.dirty) {
      state.current.draft = saved;
      if (value !== saved) setValue(saved);
    }
  }
  async function flush(): Promise<void> {
    clearTimeout(timer.current);
    const now = state.current;
    if (!now.dirty || now.draft === now.saved) return;
    now.dirty = false;
    if (!(await now.save(now.draft))) now.dirty = true;
  }
  const last = useRef(flush);
  last.current = flush;
  useEffect(() => {
    const hidden = (): void => {
      if (document.visibilityState === "hidden") void last.current();
    };
    document.addEventListener("visibilitychange", hidden);
    addEventListener("pagehide", hidden);
    return () => {
      document.removeEventListener("visibilitychange", hidden);
      removeEventListener("pagehide", hidden);
      void last.current();
    };
  }, []);
  return {
    value,
    onInput: (event) => {
      state.current.draft = event.currentTarget.value;
      state.current.dirty = true;
      setValue(state.current.draft);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void last.current(), WAIT_MS);
    },
    onBlur: () => void flush(),
  };
}
