import { expect, test } from 'vitest';
import { impatient, memoryRuntime, principal } from '../test/support/memoryRuntime.ts';
import { handleAction } from './api/router.ts';
import { withDeadline } from './deadline.ts';
import { commitRows } from './log/commitRows.ts';
import type { Table } from './ports.ts';
import { functionTimeoutsMs, maxContentionMs, maxRequestMs, maxTurnMs } from './timeouts.ts';

const revoke = { action: 'user.revoke', ref: 'r', payload: { userId: 'ben' } };
const admin = (runtime: ReturnType<typeof memoryRuntime>) => principal(runtime, { roles: ['admin'] });

test('a request that meets conflicts in all that it tries is unavailable after three seconds in all', async () => {
  const runtime = memoryRuntime();
  const begun = runtime.clock.now();
  let isDecidedAnew = false;
  const transact: Table['transact'] = async () => {
    if (isDecidedAnew || runtime.clock.now() - begun < 2_500) return { outcome: 'conflict' };
    isDecidedAnew = true;
    return { outcome: 'refused', failed: new Map([[1, undefined]]) };
  };
  const busy = { ...impatient(runtime), table: { ...runtime.table, transact } };
  const answer = await handleAction(busy, admin(runtime), 'q', revoke);
  expect(answer).toMatchObject({ type: 'error', payload: { code: 'unavailable', retryable: true } });
  expect(runtime.clock.now() - begun).toBeGreaterThanOrEqual(maxContentionMs);
  expect(runtime.clock.now() - begun).toBeLessThan(maxContentionMs + 200);
});

test('what is done within a request keeps its deadline, and so does the table', async () => {
  const runtime = memoryRuntime();
  const deadlines: number[] = [];
  const until = (deadline: number) => {
    deadlines.push(deadline);
    return runtime.table;
  };
  const begun = withDeadline({ ...runtime, table: { ...runtime.table, until } });
  await runtime.clock.advance(1_000);
  expect(withDeadline(begun).deadline).toBe(begun.deadline);
  await commitRows(
    begun,
    { principal: admin(runtime), ref: 'r', hash: 'h' },
    { decide: () => ({ answer: {}, writes: [] }) },
  );
  expect(deadlines).toEqual([begun.deadline]);
});

test('a request that hangs is answered before its function ends', async () => {
  const runtime = memoryRuntime();
  const hangs = () => new Promise<never>(() => {});
  const stuck = { ...runtime, table: { ...runtime.table, getTogether: hangs } };
  const asked = handleAction(stuck, admin(runtime), 'q', revoke);
  await runtime.clock.advance(maxRequestMs);
  const answer = await Promise.race([asked, Promise.resolve('still waiting')]);
  expect(answer).toMatchObject({ type: 'error', ref: 'r', payload: { code: 'unavailable' } });
});

test('an answer leaves no wait behind that would end the next one', async () => {
  const runtime = memoryRuntime();
  const signals: (AbortSignal | undefined)[] = [];
  const wait = (ms: number, signal?: AbortSignal) => {
    signals.push(signal);
    return runtime.clock.wait(ms);
  };
  await handleAction({ ...runtime, clock: { ...runtime.clock, wait } }, admin(runtime), 'q', revoke);
  expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
});

test('contention, and the wait for a turn before it, end before a request does, and that before its function', () => {
  expect(maxContentionMs + maxTurnMs).toBeLessThan(maxRequestMs);
  for (const name of ['message', 'http', 'bus'] as const) {
    expect(maxRequestMs, name).toBeLessThan(functionTimeoutsMs[name]);
  }
});
