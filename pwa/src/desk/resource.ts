/** Reading from the server inside a screen: last good answer first, then the fresh one. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";

export interface Loaded<T> {
  readonly data: T | undefined;
  /** When `data` was read; older than the page when the server does not answer. */
  readonly readAt: number | undefined;
  readonly problem: unknown;
  readonly busy: boolean;
  readonly reload: () => void;
}

interface Kept {
  readonly data: unknown;
  readonly at: number;
}

const MOST_KEPT = 60;
const kept = new Map<string, Kept>();

/** Forget what was read, after a change that may touch anything (or for one prefix). */
export function forget(prefix = ""): void {
  for (const key of kept.keys()) if (key.startsWith(prefix)) kept.delete(key);
}

/** Load when `key` changes; a null key loads nothing. A left screen cancels its request. */
export function useResource<T>(
  key: string | null,
  load: (signal: AbortSignal) => Promise<T>,
): Loaded<T> {
  const [, redraw] = useState(0);
  const [turn, setTurn] = useState(0);
  const state = useRef<{ key: string | null; problem: unknown; busy: boolean }>({
    key: null,
    problem: null,
    busy: true,
  });
  if (state.current.key !== key) state.current = { key, problem: null, busy: key !== null };
  const loader = useRef(load);
  loader.current = load;
  useEffect(() => {
    if (key === null) return;
    const abort = new AbortController();
    const settle = (problem: unknown): void => {
      if (abort.signal.aborted) return;
      state.current = { key, problem, busy: false };
      redraw((n) => n + 1);
    };
    loader.current(abort.signal).then(
      (data) => {
        if (!abort.signal.aborted) keep(key, data);
        settle(null);
      },
      (problem: unknown) => settle(problem),
    );
    return () => abort.abort();
  }, [key, turn]);
  const reload = useCallback(() => setTurn((n) => n + 1), []);
  const last = key === null ? undefined : kept.get(key);
  return {
    // The key names the request, so what was kept under it has this shape.
    data: last?.data as T | undefined,
    readAt: last?.at,
    problem: state.current.problem,
    busy: state.current.busy,
    reload,
  };
}

function keep(key: string, data: unknown): void {
  kept.delete(key);
  kept.set(key, { data, at: Date.now() });
  const oldest = kept.keys().next().value;
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
}
