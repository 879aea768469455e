import { beforeEach, expect, test } from 'vitest';
import { jobWork } from '../../features/jobs/jobWork.ts';
import { jobKey } from '../../features/jobs/keys.ts';
import { type MemoryRuntime, memoryRuntime } from '../../test/support/memoryRuntime.ts';
import { resumeWork, watchWrite } from './watch.ts';

const minuteMs = 60_000;
const message = { tenant: 't', id: 'j' };
let runtime: MemoryRuntime;
beforeEach(async () => {
  runtime = memoryRuntime();
  await runtime.table.write({ put: { ...jobKey('t', 'j'), status: 'queued' } });
  await runtime.table.write(watchWrite(jobWork([]), message, runtime.clock.now()));
});
const queued = () =>
  runtime.work.job.receive().map((received) => {
    received.done();
    return received.body;
  });
const setJob = (set: Record<string, string | number>) =>
  runtime.table.write({ update: jobKey('t', 'j'), set });
async function pass(minutes: number) {
  for (let minute = 0; minute < minutes; minute++) {
    await runtime.clock.advance(minuteMs);
    await resumeWork(runtime);
  }
}

test('work that stands still is sent again, and again, with growing pauses', async () => {
  const sentAt: number[] = [];
  for (let minute = 1; minute <= 70; minute++) {
    await pass(1);
    if (queued().length > 0) sentAt.push(minute);
  }
  expect(sentAt).toEqual([2, 6, 14, 30, 62]);
});

test('work that is under way is left alone until its lease is over', async () => {
  await setJob({ status: 'running', leaseExpiresAt: runtime.clock.now() + 5 * minuteMs });
  await pass(4);
  expect(queued()).toEqual([]);
  await pass(2);
  expect(queued()).toEqual([message]);
});

test('work that is over, or gone, is not looked after any more', async () => {
  await setJob({ status: 'done' });
  await pass(200);
  expect(queued()).toEqual([]);
  expect(runtime.table.dump().filter(({ pk }) => pk.startsWith('WATCH#'))).toEqual([]);
});

test('minutes in which nobody looked are made up for', async () => {
  await resumeWork(runtime);
  await runtime.clock.advance(100 * minuteMs);
  await resumeWork(runtime);
  expect(queued()).toEqual([message]);
});

test('work that was taken on in the middle of a minute is not looked at before its time', async () => {
  await setJob({ status: 'done' });
  await runtime.clock.advance(30_000);
  await runtime.table.write({ put: { ...jobKey('t', 'late'), status: 'queued' } });
  await runtime.table.write(watchWrite(jobWork([]), { tenant: 't', id: 'late' }, runtime.clock.now()));
  await runtime.clock.advance(90_000);
  await resumeWork(runtime);
  expect(queued()).toEqual([]);
  await pass(1);
  expect(queued()).toEqual([{ tenant: 't', id: 'late' }]);
});

test('what could not be sent is sent by the next run', async () => {
  const failing = { ...runtime.work, job: { send: () => Promise.reject(new Error('no queue')) } };
  await runtime.clock.advance(minuteMs);
  for (let minute = 2; minute <= 4; minute++) {
    await runtime.clock.advance(minuteMs);
    await resumeWork({ ...runtime, work: failing });
  }
  expect(new Set(runtime.reports)).toEqual(new Set(['looking after a job: Error: no queue']));
  await pass(1);
  expect(queued()).toEqual([message]);
});

test('work that was taken on is found however late whoever looks after it first comes', async () => {
  await runtime.clock.advance(30 * 24 * 60 * minuteMs);
  await resumeWork(runtime);
  expect(queued()).toEqual([message]);
});
