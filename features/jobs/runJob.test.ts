import { beforeEach, expect, test } from 'vitest';
import { allRows } from '../../core/allRows.ts';
import { handleAction } from '../../core/api/router.ts';
import { keys } from '../../core/keys.ts';
import { readHead } from '../../core/log/topicHead.ts';
import { resumeWork, type WorkMessage } from '../../core/work/watch.ts';
import { type MemoryRuntime, memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { phraseBook } from './adapters/phraseBook.ts';
import type { JobRuntime } from './jobKind.ts';
import { jobLeaseMs } from './jobWork.ts';
import { jobKey } from './keys.ts';
import { runJob } from './runJob.ts';
import type { Translator } from './translator.ts';

let memory: MemoryRuntime;
let runtime: JobRuntime;
beforeEach(() => {
  memory = memoryRuntime();
  runtime = { ...memory, translator: phraseBook() };
});

const withTranslator = (translate: Translator['translate']): JobRuntime => ({
  ...runtime,
  translator: { translate },
});
const broken = () => withTranslator(() => Promise.reject(new Error('the secret text')));

async function submit(ref = 'r'): Promise<WorkMessage> {
  const frame = {
    action: 'job.submit',
    ref,
    payload: { kind: 'translate', input: { text: 'hello', to: 'es' } },
  };
  const { payload } = await handleAction(runtime, principal(memory), 'request', frame);
  return { tenant: 't', id: (payload as { jobId: string }).jobId };
}
const queued = () =>
  memory.work.job.receive().map((received) => {
    received.done();
    return received.body;
  });

async function results(): Promise<object[]> {
  const feed = { kind: 'user', id: 'ann' } as const;
  const head = await readHead(memory.table, 't', feed);
  if (!head) return [];
  const found: object[] = [];
  for await (const row of allRows(memory.table, { pk: keys.logPartition('t', feed, head.epoch) })) {
    found.push(JSON.parse(row.frame as string).payload);
  }
  return found;
}
const job = (message: WorkMessage) => memory.table.get(jobKey(message.tenant, message.id));

test('two invocations for one job at once: one does it, and there is one result', async () => {
  const message = await submit();
  let translated = 0;
  const counting = withTranslator((text, to) => {
    translated++;
    return phraseBook().translate(text, to);
  });
  await Promise.all([runJob(counting, message), runJob(counting, message)]);
  await runJob(counting, message);
  expect(translated).toBe(1);
  expect(await results()).toMatchObject([{ status: 'done', output: { text: 'hola' } }]);
  expect(memory.metrics.of('FailedWork', 'a job')).toEqual([0]);
});

test('what fails unexpectedly is tried again, later each time, and in the end fails without its text', async () => {
  const message = await submit();
  queued();
  for (const waitMs of [2000, 4000, 8000]) {
    await runJob(broken(), message);
    expect(await job(message)).toMatchObject({ status: 'queued' });
    await memory.clock.advance(waitMs - 1);
    expect(queued()).toEqual([]);
    await memory.clock.advance(1);
    expect(queued()).toEqual([message]);
  }
  await runJob(broken(), message);
  expect(await results()).toMatchObject([
    { status: 'failed', error: { code: 'internal', message: message.id } },
  ]);
  expect(memory.metrics.of('FailedWork', 'a job')).toEqual([1, 1, 1, 1]);
});

test('a job is queued, and its failure told of, by the request that asked for it and by its own id', async () => {
  const message = await submit();
  const asked = { ...message, requestId: 'request' };
  expect(queued()).toEqual([asked]);
  const reported: object[] = [];
  const reporter = { report: (_error: unknown, about: object) => void reported.push(about) };
  await runJob({ ...broken(), reporter, requestId: asked.requestId }, asked);
  await memory.clock.advance(2_000);
  expect(queued()).toEqual([asked]);
  await runJob({ ...broken(), reporter }, message);
  const what = 'a job of the kind translate';
  expect(reported).toEqual([
    { requestId: 'request', workId: message.id, what },
    { requestId: message.id, workId: message.id, what },
  ]);
});

test('a failure that passes leaves no trace in the result', async () => {
  const message = await submit();
  await runJob(broken(), message);
  await runJob(runtime, message);
  expect(await results()).toMatchObject([{ status: 'done' }]);
  expect(await job(message)).not.toHaveProperty('leaseId');
  expect(memory.metrics.of('FailedWork', 'a job')).toEqual([1, 0]);
});

test('a job whose worker died is done by the next once the lease is over, and not before', async () => {
  const message = await submit();
  void runJob(
    withTranslator(() => new Promise(() => {})),
    message,
  );
  await memory.clock.advance(jobLeaseMs - 1000);
  await runJob(runtime, message);
  expect(await results()).toEqual([]);
  await memory.clock.advance(2000);
  await runJob(runtime, message);
  expect(await results()).toMatchObject([{ status: 'done' }]);
});

test('a worker that comes back late sends no second result', async () => {
  const message = await submit();
  let comeBack: () => void = () => {};
  const late = withTranslator(
    (text, to) => new Promise((resolve) => (comeBack = () => resolve(phraseBook().translate(text, to)))),
  );
  const first = runJob(late, message);
  await memory.clock.advance(jobLeaseMs + 1000);
  const second = runJob(
    withTranslator(() => new Promise(() => {})),
    message,
  );
  void second;
  await memory.clock.advance(0);
  comeBack();
  await first;
  expect(await results()).toEqual([]);
  await memory.clock.advance(jobLeaseMs + 1000);
  await runJob(runtime, message);
  expect(await results()).toHaveLength(1);
});

test('an output that no frame can carry fails the job, and says why', async () => {
  const message = await submit();
  await runJob(
    withTranslator(async () => ({ text: 'x'.repeat(27_000), by: 'nobody' })),
    message,
  );
  expect(await results()).toMatchObject([{ status: 'failed', error: { code: 'payload_too_large' } }]);
  expect(memory.metrics.of('FailedWork')).toEqual([]);
});

test('a job whose worker dies each time fails after four tries, and is not tried again', async () => {
  const message = await submit();
  let tries = 0;
  const dying = withTranslator(() => {
    tries++;
    return new Promise(() => {});
  });
  for (let died = 0; died < 4; died++) {
    expect(await results()).toEqual([]);
    void runJob(dying, message);
    await memory.clock.advance(jobLeaseMs + 1000);
  }
  await runJob(dying, message);
  await runJob(dying, message);
  expect(tries).toBe(4);
  expect(memory.metrics.of('FailedWork', 'a job')).toEqual([1]);
  expect(await results()).toMatchObject([{ status: 'failed', error: { code: 'internal' } }]);
});

test('the ack of a job whose message could not be queued is kept: it is found and queued', async () => {
  const { work } = memory;
  const failing = { ...work, job: { send: () => Promise.reject(new Error('no queue')) } };
  runtime = { ...runtime, work: failing };
  const message = await submit();
  expect(memory.reports).toEqual(['queueing a job: Error: no queue']);
  await memory.clock.advance(3 * 60_000);
  await resumeWork(memory);
  expect(queued()).toEqual([message]);
});
