/** Following a job on the server until it ends: asks again after a pause, never twice at once. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Job } from "../../domain/generated/jobs";
import { call } from "../api";

const PAUSE_MS = 700;
const LONGER_MS = 3000;
const PATIENT_TRIES = 30;
const ENDED = ["done", "failed", "gone"];

export function hasEnded(job: Job): boolean {
  return ENDED.includes(job.state);
}

export interface Followed {
  readonly job: Job | undefined;
  readonly problem: unknown;
}

/** The job as it stands; `ended` is called once, when it is done or has failed. */
export function useJob(id: string | null, ended: (job: Job) => void): Followed {
  const [followed, setFollowed] = useState<Followed>({ job: undefined, problem: null });
  const tell = useRef(ended);
  tell.current = ended;
  useEffect(() => {
    if (id === null) return;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    let tries = 0;
    const ask = async (): Promise<void> => {
      tries += 1;
      try {
        const job = await call("GET /api/jobs/{job_id}", { job_id: id }, abort.signal);
        setFollowed({ job, problem: null });
        if (hasEnded(job)) return tell.current(job);
      } catch (problem) {
        if (abort.signal.aborted) return;
        setFollowed((before) => ({ ...before, problem }));
      }
      timer = setTimeout(() => void ask(), tries < PATIENT_TRIES ? PAUSE_MS : LONGER_MS);
    };
    void ask();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [id]);
  return followed;
}
