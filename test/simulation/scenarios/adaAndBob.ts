import { type Faulty, scriptedPlan } from '../../../adapters/faulty/plan.ts';
import { faultyQueue } from '../../../adapters/faulty/queue.ts';
import { faultySockets } from '../../../adapters/faulty/sockets.ts';
import { faultyTable } from '../../../adapters/faulty/table.ts';
import type { Runtime } from '../../../core/runtime.ts';
import { type TestSystem, testSystem } from '../world/testRuntime.ts';

/** What each of the tests on it is about is one thing that goes wrong, at one place, once. */
type Script = Parameters<typeof scriptedPlan>[0];

export function failing(test: TestSystem, script: Script, more: Omit<Faulty, 'plan'> = {}): Runtime {
  const inner = test.environment();
  const faulty = { plan: scriptedPlan(script), ...more };
  return {
    ...inner,
    table: faultyTable(inner.table, faulty),
    sockets: faultySockets(inner.sockets, faulty),
    queue: faultyQueue(inner.queue, faulty),
  };
}

/** Ada and Bob of the staff are connected, each with one device. */
export async function adaAndBob() {
  const test = testSystem({ limit: 3 });
  const calm = test.environment();
  await test.dial(calm, 'ada', test.who('ada'));
  await test.dial(calm, 'bob', test.who('bob'));
  test.advance(61_000);
  return { test, calm };
}

export const record = {
  action: 'interaction.record',
  ref: 'r1',
  payload: { clientId: 'c1', kind: 'call' },
};

export const seqs = (test: TestSystem, connectionId: string) =>
  test.frames(connectionId).flatMap(({ seq }) => (seq === undefined ? [] : [seq]));
