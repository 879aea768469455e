import { beforeEach, expect, test } from 'vitest';
import type { jobContract } from '../features/jobs/contract.ts';
import { jobWork } from '../features/jobs/jobWork.ts';
import { crowded } from '../test/support/crowdedTable.ts';
import { durationOf } from '../test/support/durationOf.ts';
import { type MemoryRuntime, memoryRuntime, principal } from '../test/support/memoryRuntime.ts';
import type { Call } from './call.ts';
import { connect } from './connections/connect.ts';
import { readConnection, requireOpen } from './connections/connections.ts';
import { endConnection } from './connections/endConnection.ts';
import { reap } from './connections/reap.ts';
import { join } from './connections/subscribe.ts';
import { withDeadline } from './deadline.ts';
import { deliverWork } from './delivery/deliverWork.ts';
import { publish } from './delivery/publish.ts';
import { userFeed } from './feeds.ts';
import { maxContentionMs } from './timeouts.ts';
import { resumeWork, watchWrite } from './work/watch.ts';

/** With the last wait before the last try. */
const onceMs = maxContentionMs + 110;
let memory: MemoryRuntime;
beforeEach(async () => {
  memory = memoryRuntime();
  memory.sockets.open('c1');
  await connect(memory, 'c1', principal(memory, { expiresAt: memory.clock.now() + 60_000 }));
});
const duration = (run: (runtime: MemoryRuntime) => Promise<unknown>) =>
  durationOf(memory.clock, () => run(crowded(memory)));

test('a connection ends within three seconds of contention in all', async () => {
  expect(await duration((runtime) => endConnection(runtime, 'c1', { code: 4401 }))).toBeLessThan(onceMs);
});

test('a handshake that is refused has three seconds for what it tries, and three to leave nothing behind', async () => {
  await endConnection(memory, 'c2', { socket: 'gone' });
  const taken = await duration((runtime) => connect(runtime, 'c2', principal(memory)));
  expect(taken).toBeLessThan(2 * onceMs);
});

test('each connection that is over has three seconds of contention, and so has what is written of the search', async () => {
  await memory.clock.advance(5 * 60_000);
  expect(await duration(reap)).toBeLessThan(2 * onceMs);
  // It is left to the next run.
  expect(memory.reports).toEqual([expect.stringContaining('the database is too busy')]);
});

test('each look at work that stands still has three seconds of contention', async () => {
  const rules = jobWork([]);
  await memory.table.write({ put: { ...rules.key('t', 'j'), status: 'queued' } });
  await memory.table.write(watchWrite(rules, { tenant: 't', id: 'j' }, memory.clock.now()));
  await memory.clock.advance(5 * 60_000);
  expect(await duration(resumeWork)).toBeLessThan(2 * onceMs);
});

test('each presence update has three seconds of contention in all', async () => {
  const update = { presenceIn: { tenant: 't', kind: 'room', id: 'lobby' } };
  const connection = await readConnection(memory.table, 'c1');
  await join(memory, requireOpen(connection), [{ kind: 'room', id: 'lobby' }]);
  expect(await duration((runtime) => deliverWork(runtime, update))).toBeLessThan(2 * onceMs);
});

test('a work unit has three seconds of contention for each connection that is gone, and three for its counts', async () => {
  const unit = { frame: '{}', to: ['gone'], round: 0, kind: 'event', part: '0' } as const;
  const completion = { id: 'f', connectionId: 'c1' };
  const taken = await duration((runtime) => deliverWork(runtime, { ...unit, completion }));
  expect(taken).toBeLessThan(2 * onceMs);
});

test('what a worker publishes has three seconds of contention in all', async () => {
  const publishOn = (runtime: MemoryRuntime) => {
    const call: Call<typeof jobContract> = { runtime, principal: principal(memory), ref: 'r', hash: 'h' };
    const payload = { jobId: 'j', kind: 'translate', status: 'done', output: 'yes' } as const;
    const decide = (state: unknown) =>
      ({ event: { type: 'job.result', payload }, state, answer: {} }) as const;
    return publish(call, { topic: userFeed('ann'), rows: [{ pk: 'a', sk: 'b' }], decide });
  };
  await publishOn(memory);
  expect(await duration(publishOn)).toBeLessThan(onceMs);
});

test('a deadline opens nothing that is opened on first use', () => {
  let opened = 0;
  const runtime = {
    ...{ table: memory.table, clock: memory.clock },
    get queue() {
      opened++;
      return memory.queue;
    },
  };
  const begun = withDeadline(runtime);
  expect(opened).toBe(0);
  expect([begun.queue, opened]).toEqual([memory.queue, 1]);
});
