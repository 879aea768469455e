import { rethrow } from '../base/liveStore.ts';
import { createStore, type Store } from '../base/store.ts';
import { type TidingsError, toError } from '../base/tidingsError.ts';
import { whenClosed } from '../base/whenClosed.ts';
import type { AnyClient, Client, RequestOptions } from '../client.ts';
import type { RequestAnswer } from '../contract.ts';
import type { TidingsContract } from './tidingsContract.ts';

/** How it stands with a job. */
export interface JobState<O = unknown> {
  /** Absent until the server has taken it on. */
  readonly jobId: string | undefined;
  readonly state: 'submitting' | 'queued' | 'running' | 'done' | 'failed';
  /** From 0 to 1. */
  readonly progress: number;
  readonly output: O | undefined;
  readonly error: TidingsError | undefined;
}

/** Work that the server does in the background. */
export interface Job<O = unknown> extends Store<JobState<O>> {
  /** Resolves with the output, also after a lost connection. @throws TidingsError why it failed; `closed`, and then `followJob` takes it up again. */
  readonly result: Promise<O>;
  /** Waits no longer. The server goes on with it. */
  forget(): void;
}

/** How a job is submitted. */
export interface JobOptions extends Pick<RequestOptions, 'ref' | 'signal' | 'offline'> {}

type Known = RequestAnswer<TidingsContract, 'job.get'>;
type News = Pick<Known, 'jobId' | 'status' | 'output' | 'error'>;

/** Has the server do something in the background. */
export function submitJob<O = unknown>(
  anyClient: AnyClient,
  kind: string,
  input: Record<string, unknown>,
  options: JobOptions = {},
): Job<O> {
  const client: Pick<Client, 'request'> = anyClient;
  return follow<O>(anyClient, async () => {
    const { jobId } = await client.request('job.submit', { kind, input }, options);
    return jobId;
  });
}

/** A job that was submitted earlier, such as before the page was loaded again. */
export function followJob<O = unknown>(client: AnyClient, jobId: string): Job<O> {
  return follow<O>(client, () => jobId, true);
}

/** A job of which nothing is known yet. */
export const noJob: JobState<never> = {
  jobId: undefined,
  state: 'submitting',
  progress: 0,
  output: undefined,
  error: undefined,
};

function follow<O>(anyClient: AnyClient, submit: () => string | Promise<string>, isOld = false): Job<O> {
  const client: Pick<Client, 'topic' | 'request' | 'status'> = anyClient;
  const store = createStore<JobState<O>>(noJob, rethrow);
  const feed = client.topic('user');
  /** Results that came before the answer that says which one is ours. */
  const early = new Map<string, News>();
  /** Whether events may have passed that this client did not see. */
  let missed = isOld;
  let jobId: string | undefined;
  let isOver = false;
  let stops: readonly (() => void)[] = [];
  let resolve = (_: O) => {};
  let reject = (_: unknown) => {};
  const result = new Promise<O>((onDone, onFailed) => {
    resolve = onDone;
    reject = onFailed;
  });
  // Whoever only looks at the state has nothing to catch.
  result.catch(() => {});

  function end() {
    isOver = true;
    for (const stop of stops) stop();
  }

  function fail(error: TidingsError) {
    if (isOver) return;
    end();
    store.set({ ...store.getSnapshot(), jobId, state: 'failed', error });
    reject(error);
  }

  function take(news: News) {
    if (isOver) return;
    if (jobId === undefined) return void early.set(news.jobId, news);
    if (news.jobId !== jobId) return;
    const before = store.getSnapshot();
    if (news.status === 'failed') {
      return fail(toError(Object(news.error)));
    }
    if (news.status === 'queued') return;
    if (news.status === 'running') return store.set({ ...before, state: 'running' });
    end();
    const output = news.output as O;
    store.set({ jobId, state: 'done', progress: 1, output, error: undefined });
    resolve(output);
  }

  async function look() {
    missed = true;
    if (jobId === undefined) return;
    missed = false;
    try {
      take(await client.request('job.get', { jobId }));
    } catch (error) {
      if (!(error as TidingsError).retryable) return fail(error as TidingsError);
      // The result may have come before anybody listened: it is asked for again on the next connection.
      missed = true;
    }
  }

  async function begin() {
    try {
      jobId = await submit();
    } catch (error) {
      return fail(error as TidingsError);
    }
    if (isOver) return;
    if (store.getSnapshot().state === 'submitting')
      store.set({ ...store.getSnapshot(), jobId, state: 'queued' });
    const known = early.get(jobId);
    early.clear();
    if (known) take(known);
    if (missed && !isOver) await look();
  }

  stops = [
    feed.on('job.result', ({ payload }) => take(payload)),
    feed.on('job.progress', ({ payload }) => {
      if (isOver || payload.jobId !== jobId) return;
      const { progress } = payload;
      store.set({ ...store.getSnapshot(), state: 'running', progress });
    }),
    feed.on('snapshot', () => void look()),
    feed.on('reset', () => void look()),
    feed.on('joined', () => missed && void look()),
    whenClosed(client, fail),
  ];
  void begin();
  return { subscribe: store.subscribe, getSnapshot: store.getSnapshot, result, forget: end };
}
