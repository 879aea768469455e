import { beforeEach, expect, test } from 'vitest';
import { streamKey } from '../../features/assistant/keys.ts';
import { commitEnd, leaseStream } from '../../features/assistant/streamLease.ts';
import { phraseBook } from '../../features/jobs/adapters/phraseBook.ts';
import { jobKey } from '../../features/jobs/keys.ts';
import { runJob } from '../../features/jobs/runJob.ts';
import { impatient, type MemoryRuntime, memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { handleEvent } from '../api/eventBus.ts';
import { unlimited } from '../api/rateLimit.ts';
import { handleAction } from '../api/router.ts';
import { keys } from '../keys.ts';
import type { Key } from '../ports.ts';

let memory: MemoryRuntime;
let asked = 0;
beforeEach(() => {
  memory = memoryRuntime();
});

const translation = { kind: 'translate', input: { text: 'hello', to: 'es' } };
async function ask(action: string, payload: Record<string, unknown>, userId = 'ann', ref = `r${asked++}`) {
  const runtime = { ...impatient(memory), rates: unlimited };
  const frame = { action, ref, payload };
  const answer = await handleAction(runtime, principal(memory, { userId }), ref, frame);
  return answer.payload as { code?: string; message?: string; jobId: string; streamId: string; dup?: true };
}
const submit = (userId?: string, ref?: string) => ask('job.submit', translation, userId, ref);
const question = (userId?: string) => ask('assistant.ask', { text: 'Why?' }, userId);
const runOne = (id: string) => runJob({ ...memory, translator: phraseBook() }, { tenant: 't', id });
const row = (work: 'job' | 'stream') => memory.table.get(keys.underWay('t', 'ann', work));

test('a user has 5 jobs under way, exactly also when more are asked for at once, and the next when one is over', async () => {
  const answers = await Promise.all(Array.from({ length: 12 }, () => submit()));
  const taken = answers.filter(({ code }) => code === undefined);
  expect([taken.length, ...new Set(answers.map(({ code }) => code))].sort()).toEqual([
    5,
    'limit_exceeded',
    undefined,
  ]);
  expect((await submit('ben')).code).toBeUndefined();
  await runOne(taken[0]?.jobId ?? '');
  expect((await submit()).code).toBeUndefined();
  expect((await submit()).code).toBe('limit_exceeded');
});

test('a job that is asked for again with its ref is one job under way', async () => {
  for (let n = 0; n < 8; n++) await submit('ann', 'same');
  expect((await row('job'))?.entries).toHaveLength(1);
});

test('a user has 3 answers under way, and the next question is taken on when one is over', async () => {
  const answers = await Promise.all(Array.from({ length: 5 }, () => question()));
  const taken = answers.filter(({ code }) => code === undefined);
  expect(taken).toHaveLength(3);
  expect((await question('ben')).code).toBeUndefined();
  const stream = await leaseStream(memory, { tenant: 't', id: taken[0]?.streamId ?? '' });
  if (!stream) throw new Error('the answer was not there to be given');
  await commitEnd(memory, stream, 'cancelled', '');
  expect((await question()).code).toBeUndefined();
  expect((await question()).code).toBe('limit_exceeded');
});

test('what is over leaves nothing behind', async () => {
  const { jobId } = await submit();
  expect(await row('job')).toBeDefined();
  await runOne(jobId);
  expect(await row('job')).toBeUndefined();
});

test('a job that was taken on before there was a limit ends as ever', async () => {
  const { jobId } = await submit();
  const key = keys.underWay('t', 'ann', 'job');
  await memory.table.write({ delete: key });
  await submit();
  await runOne(jobId);
  expect(await ask('job.get', { jobId })).toMatchObject({ status: 'done' });
  expect((await row('job'))?.entries).toHaveLength(1);
});

test('work that never ended is counted for as long as it is kept', async () => {
  for (let n = 0; n < 3; n++) await question();
  await memory.clock.advance(24 * 3_600_000 - 1);
  expect((await question()).code).toBe('limit_exceeded');
  await memory.clock.advance(1);
  expect((await question()).code).toBeUndefined();
});

/** As somebody ends it who knows of no number: a release from before there was one. */
const endUncounted = (key: Key, status: 'done' | 'ended') =>
  memory.table.write({ update: key, set: { status } });

test('what is over counts no more, whoever ended it, and neither does what is gone', async () => {
  const jobs = await Promise.all(Array.from({ length: 5 }, () => submit()));
  expect((await submit()).code).toBe('limit_exceeded');
  const [ended, lost] = jobs.map(({ jobId }) => jobKey('t', jobId)) as [Key, Key];
  await endUncounted(ended, 'done');
  await memory.table.write({ delete: lost });
  const next = await Promise.all(Array.from({ length: 6 }, () => submit()));
  expect(next.filter(({ code }) => code === undefined)).toHaveLength(2);
  expect((await row('job'))?.entries).toHaveLength(5);
});

test('an answer that a release from before the limit ended counts no more', async () => {
  const answers = await Promise.all(Array.from({ length: 3 }, () => question()));
  await endUncounted(streamKey('t', answers[1]?.streamId ?? ''), 'ended');
  expect((await question()).code).toBeUndefined();
  expect((await question()).code).toBe('limit_exceeded');
});

test('what is under way is looked at only where it is too much, and the refusal says what to do', async () => {
  let reads = 0;
  const { table } = memory;
  const getTogether = (of: readonly Key[]) => {
    reads++;
    return table.getTogether(of);
  };
  memory = { ...memory, table: { ...table, getTogether } };
  for (let n = 0; n < 5; n++) await submit();
  expect(reads).toBe(5);
  expect((await submit()).message).toBe(
    'you have 5 jobs under way: submit the next when one of them is over',
  );
  expect(reads).toBe(7);
  for (let n = 0; n < 3; n++) await question();
  expect((await question()).message).toBe(
    'you have 3 answers under way: ask the next question when one of them is over',
  );
});

test('of 100 under way those that are over are found too, the oldest first', async () => {
  const limits = { jobsPerUser: 100 };
  memory = memoryRuntime({ limits });
  const { table } = memory;
  const getTogether = (of: readonly Key[]) => {
    // DynamoDB takes no more: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html
    expect(of.length).toBeLessThanOrEqual(100);
    return table.getTogether(of);
  };
  memory = { ...memory, table: { ...table, getTogether } };
  const jobs = [];
  for (let n = 0; n < 100; n++) jobs.push(await submit());
  await endUncounted(jobKey('t', jobs[0]?.jobId ?? ''), 'done');
  expect((await submit()).code).toBeUndefined();
  expect((await submit()).code).toBe('limit_exceeded');
});

test('what other services publish is not one user’s work', async () => {
  for (let n = 0; n < 9; n++) {
    const detail = { tenant: 't', ref: `bus-${n}`, payload: translation };
    await handleEvent(memory, { id: `e${n}`, detailType: 'job.submit', detail });
  }
  expect(memory.reports).toEqual([]);
  expect(memory.work.job.waiting()).toHaveLength(9);
  expect(memory.table.dump().filter(({ sk }) => sk.startsWith('UNDERWAY#'))).toEqual([]);
});
