import { useCallback, useMemo } from 'react';
import type { Store } from '../base/store.ts';
import { followJob, type Job, type JobState, noJob, submitJob } from '../features/submitJob.ts';
import { useClient } from './tidingsProvider.ts';
import { useBegun } from './useBegun.ts';
import { useStore } from './useStore.ts';

/** What `useJob` gives. */
export interface UsedJob<O> {
  /** The job that was submitted last, or the one that was named; absent before there is one. */
  readonly job: JobState<O> | undefined;
  /** Submits another one, and shows that from now on. */
  submit(input: Record<string, unknown>): Job<O>;
}

const nothing: Store<undefined> = { subscribe: () => () => {}, getSnapshot: () => undefined };

const idOf = (job: Job<unknown>) => job.getSnapshot().jobId;

/**
 * Work that the server does in the background.
 *
 * @param jobId one that was submitted earlier, such as before the page was loaded again. When it changes, that one is shown.
 * @example const { job, submit } = useJob<{ text: string }>('translate');
 */
export function useJob<O = unknown>(kind: string, jobId?: string): UsedJob<O> {
  const client = useClient();
  const [submitted, setSubmitted] = useBegun<Job<O>>(client, jobId, idOf);
  const earlier = useMemo(
    () => (jobId === undefined ? undefined : lazily(() => followJob<O>(client, jobId))),
    [client, jobId],
  );
  const submit = useCallback(
    (input: Record<string, unknown>) => {
      const job = submitJob<O>(client, kind, input);
      setSubmitted(job);
      return job;
    },
    [client, kind, setSubmitted],
  );
  return { job: useStore<JobState<O> | undefined>(submitted ?? earlier ?? nothing, undefined), submit };
}

/** A job that nobody follows before the component is there, so that rendering alone asks for nothing. */
function lazily<O>(begin: () => Job<O>): Store<JobState<O>> {
  let job: Job<O> | undefined;
  return {
    subscribe(onChange) {
      job ??= begin();
      onChange();
      return job.subscribe(onChange);
    },
    getSnapshot: () => job?.getSnapshot() ?? noJob,
  };
}
