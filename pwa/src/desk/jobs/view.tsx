/** One job of the server: how far it is, what came of it. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Job } from "../../domain/generated/jobs";
import { Head } from "../parts/page";
import { Failed, Progress, Skeleton } from "../parts/states";
import { t, word } from "../say";
import { hasEnded, useJob } from "./follow";

export function JobPage(props: { id: string }): JSX.Element {
  const [, ended] = useState<Job | null>(null);
  const { job, problem } = useJob(props.id, ended);
  return (
    <main id="main" class="main">
      <div class="body narrow-body">
        <Head title={job === undefined ? t("jobs.one") : word("job", job.name)} />
        {job === undefined && problem !== null ? (
          <Failed problem={problem} retry={() => location.reload()} />
        ) : null}
        {job === undefined && problem === null ? (
          <Skeleton words={t("state.reading")} rows={2} />
        ) : null}
        {job === undefined ? null : <JobState job={job} />}
      </div>
    </main>
  );
}

/** A bar while it runs; what happened once it ended. */
export function JobState(props: { job: Job }): JSX.Element {
  const { job } = props;
  const words = job.message ?? word("job_state", job.state);
  return (
    <div class="job" role="status">
      <p>
        <strong>{word("job_state", job.state)}</strong>
        {job.message === null ? "" : `: ${job.message}`}
      </p>
      {hasEnded(job) ? null : (
        <>
          <Progress done={job.done} total={job.total} label={words} />
          <p class="small quiet">
            {job.total === 0 ? t("jobs.waiting") : t("jobs.of", { done: job.done, n: job.total })}
          </p>
        </>
      )}
    </div>
  );
}
