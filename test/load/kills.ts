import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import type { StackAddresses } from '../support/localStack.ts';
import { localApiOf } from './localApi.ts';
import { pool } from './pool.ts';
import { seeded } from './seeded.ts';
import { type StackProcess, startStackProcess } from './stackProcess.ts';

interface Kills {
  readonly kills: number;
  readonly seed: number;
  readonly log: (line: string) => void;
}

interface KillFigures {
  readonly jobs: number;
  readonly questions: number;
  /** Jobs that were not over when the last start came. */
  readonly underWay: number;
  readonly done: number;
  readonly failed: number;
  /** Acknowledged, and not over when all time had passed. */
  readonly unfinished: number;
  readonly openAnswers: number;
  /** Sockets that the killed processes held and that somebody still counts. */
  readonly counted: number;
}

/** What was acknowledged, and whose it is. */
interface Acknowledged {
  readonly user: string;
  readonly jobs: string[];
  readonly answers: string[];
}

const users = 30;
const jobsEach = 2;
/** Later than work is looked for of which nobody wrote where it begins. */
const lateMs = 5 * 3_600_000;
/** What whoever looks after it has then: a lease may have to end, and a try to fail. */
const minutesAfter = 10;

/** Kills the stack again and again while it takes on work, and looks much later whether that work got done. */
export async function killAndComeBack({ kills, seed, log }: Kills): Promise<KillFigures> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tidings-kills-'));
  const random = seeded(seed);
  const people: Acknowledged[] = [];
  try {
    for (let kill = 0; kill < kills; kill++) {
      const stack = await startStackProcess({ dataDir });
      const names = Array.from({ length: users }, (_, n) => `user${kill}-${n}`);
      const round = names.map((user) => ({ user, jobs: [], answers: [] }));
      people.push(...round);
      await killWhileTakingOn(stack, round, 0.2 + 0.8 * random());
      log(`killed ${kill + 1} of ${kills} times; ${count(people, 'jobs')} jobs were acknowledged`);
    }
    const stack = await startStackProcess({ dataDir }, lateMs);
    try {
      return await lookAfterAll(stack.urls, people, log);
    } finally {
      await stack.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true });
  }
}

const tenant = 'killed';
const count = (people: readonly Acknowledged[], what: 'jobs' | 'answers') =>
  people.reduce((sum, person) => sum + person[what].length, 0);

type Call = (action: string, payload: object) => Promise<Record<string, unknown>>;

async function callerOf(urls: StackAddresses, user: string): Promise<{ token: string; call: Call }> {
  const token = await localApiOf(urls).token({ user, tenant, roles: ['msp'] });
  const call: Call = async (action, payload) => {
    const answer = await fetch(`${urls.httpUrl}/actions/${action}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ payload }),
    });
    const frame = (await answer.json()) as { payload: Record<string, unknown> };
    if (answer.ok) return frame.payload;
    throw new Error(`${action} was answered with ${answer.status}: ${JSON.stringify(frame)}`);
  };
  return { token, call };
}

/** Ends it once this part of the work was acknowledged. Requests that were under way are not anybody's promise. */
async function killWhileTakingOn(stack: StackProcess, round: readonly Acknowledged[], part: number) {
  const { urls } = stack;
  const enough = Math.ceil(round.length * (jobsEach + 1) * part);
  let acknowledged = 0;
  let killed: Promise<void> | undefined;
  const note = (list: string[], id: unknown) => {
    list.push(id as string);
    acknowledged++;
    if (acknowledged >= enough) killed ??= stack.kill();
  };
  await pool(round, 10, async ({ user, jobs, answers }) => {
    if (killed !== undefined) return;
    try {
      const { token, call } = await callerOf(urls, user);
      new WebSocket(urls.wsUrl, ['tidings.v1', `bearer.${token}`]).on('error', () => undefined);
      const asked = [
        call('assistant.ask', { text: 'Where do I begin?' }).then(({ streamId }) => note(answers, streamId)),
        ...Array.from({ length: jobsEach }, () =>
          call('job.submit', { kind: 'translate', input: { text: 'Good morning', to: 'es' } }).then(
            ({ jobId }) => note(jobs, jobId),
          ),
        ),
      ];
      await Promise.all(asked);
    } catch (error) {
      if (killed === undefined) throw error;
    }
  });
  await (killed ?? stack.kill());
}

async function lookAfterAll(
  urls: StackAddresses,
  people: readonly Acknowledged[],
  log: (line: string) => void,
): Promise<KillFigures> {
  const local = localApiOf(urls);
  const { call } = await callerOf(urls, 'who-counts');
  const counted = (await call('stats', {})).connections as number;
  const before = await tally(urls, people);
  log(`${lateMs / 3_600_000} hours later ${before.unfinished} of ${count(people, 'jobs')} jobs are not over`);
  let after = before;
  for (let minute = 0; minute < minutesAfter && after.unfinished > 0; minute++) {
    await local.advance(60_000);
    after = await tally(urls, people);
  }
  await local.advance(minutesAfter * 60_000);
  return {
    jobs: count(people, 'jobs'),
    questions: count(people, 'answers'),
    underWay: before.unfinished,
    ...after,
    openAnswers: await stillOpen(urls, people),
    counted,
  };
}

/** How the acknowledged jobs stand, as their owners are told. */
async function tally(urls: StackAddresses, people: readonly Acknowledged[]) {
  const found = { done: 0, failed: 0, unfinished: 0 };
  await pool(people, 10, async ({ user, jobs }) => {
    const { call } = await callerOf(urls, user);
    for (const jobId of jobs) {
      const { status } = await call('job.get', { jobId });
      found[status === 'done' || status === 'failed' ? status : 'unfinished']++;
    }
  });
  return found;
}

/** An answer that is over cannot be cancelled any more, and says so. */
async function stillOpen(urls: StackAddresses, people: readonly Acknowledged[]): Promise<number> {
  let open = 0;
  await pool(people, 10, async ({ user, answers }) => {
    const { call } = await callerOf(urls, user);
    for (const streamId of answers) {
      const { already } = await call('assistant.cancel', { streamId });
      if (already !== true) open++;
    }
  });
  return open;
}
