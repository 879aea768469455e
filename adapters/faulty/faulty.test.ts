import { expect, it } from 'vitest';
import { manualClock } from '../memory/clock.ts';
import { memoryEventBus } from '../memory/eventBus.ts';
import { memoryQueue } from '../memory/queue.ts';
import { memorySockets } from '../memory/sockets.ts';
import { memoryTable } from '../memory/table.ts';
import { memoryVerifier } from '../memory/verifier.ts';
import { faultyEventBus } from './eventBus.ts';
import { Crash, InjectedFault, scriptedPlan } from './plan.ts';
import { faultyQueue, poison } from './queue.ts';
import { faultySockets } from './sockets.ts';
import { faultyTable } from './table.ts';
import { faultyVerifier } from './verifier.ts';

const row = { pk: 'p', sk: 's' };
const put = { put: row, if: { is: 'absent' } } as const;

const aTable = (script: Parameters<typeof scriptedPlan>[0], more = {}) => {
  const inner = memoryTable({ clock: manualClock(0) });
  return { inner, table: faultyTable(inner, { plan: scriptedPlan(script), ...more }) };
};

it('a transaction whose answer is lost was written or not, and a repeat with its token tells', async () => {
  for (const [fault, rows] of [
    ['unknown-before', 0],
    ['unknown', 1],
    ['conflict', 0],
    ['throttled', 0],
  ] as const) {
    const { inner, table } = aTable({ commit: [fault] });
    const outcome = fault.startsWith('unknown') ? 'unknown' : 'conflict';
    expect(await table.transact([put], 'token')).toEqual({ outcome });
    expect(inner.dump()).toHaveLength(rows);
    expect(await table.transact([put], 'token')).toEqual({ outcome: 'committed' });
    expect(inner.dump()).toHaveLength(1);
  }
});

it('a write that the SDK sent twice meets its own row', async () => {
  const { table } = aTable({ write: ['double'] });
  expect(await table.write(put)).toEqual({ ok: false, before: row });
});

it('a write that the SDK sent twice meets what another one wrote in between', async () => {
  const other = { ...row, by: 'another' };
  const { inner, table } = aTable(
    { write: ['double'] },
    { slow: async () => void (await inner.write({ put: other })) },
  );
  expect(await table.write(put)).toEqual({ ok: false, before: other });
});

it('a write can throw and have been done, or not', async () => {
  const { inner, table } = aTable({ write: ['throttled', 'error-after'] });
  await expect(table.write(put)).rejects.toThrow(InjectedFault);
  expect(inner.dump()).toEqual([]);
  await expect(table.write(put)).rejects.toThrow(InjectedFault);
  expect(inner.dump()).toEqual([row]);
});

it('a function can die before an operation, or after it', async () => {
  const { inner, table } = aTable({ write: ['crash-before', 'crash-after'], read: ['crash-after'] });
  await expect(table.write(put)).rejects.toThrow(Crash);
  expect(inner.dump()).toEqual([]);
  await expect(table.write(put)).rejects.toThrow(Crash);
  expect(inner.dump()).toEqual([row]);
  await expect(table.get(row)).rejects.toThrow(Crash);
});

it('a throttled read throws, a slow one waits first', async () => {
  const waits: string[] = [];
  const slow = async () => void waits.push('slow');
  const { table } = aTable({ read: ['throttled', 'slow', 'slow'] }, { slow });
  await expect(table.query({ pk: 'p' })).rejects.toThrow(InjectedFault);
  expect([await table.get(row), await table.getTogether([row]), waits]).toEqual([
    undefined,
    [undefined],
    ['slow', 'slow'],
  ]);
});

it('a post can be refused, be lost, or arrive and still fail', async () => {
  const inner = memorySockets();
  inner.open('c');
  const plan = scriptedPlan({ post: ['gone', 'throttled', 'buffer-full', 'drop', 'error', 'error-after'] });
  const sockets = faultySockets(inner, { plan });
  const deliveries = [];
  for (const frame of ['1', '2', '2', '3']) deliveries.push(await sockets.post('c', frame));
  expect(deliveries).toEqual(['gone', 'behind', 'behind', 'delivered']);
  await expect(sockets.post('c', '4')).rejects.toThrow(InjectedFault);
  expect(inner.frames('c')).toEqual([]);
  await expect(sockets.post('c', '5')).rejects.toThrow(InjectedFault);
  expect([await sockets.post('c', '6'), inner.frames('c')]).toEqual(['delivered', ['5', '6']]);
});

it('a close can fail with the socket closed or open', async () => {
  const inner = memorySockets();
  inner.open('c');
  const sockets = faultySockets(inner, {
    plan: scriptedPlan({ close: ['error', 'error-after'], probe: ['error'] }),
  });
  await expect(sockets.close('c')).rejects.toThrow(InjectedFault);
  await expect(sockets.probe('c')).rejects.toThrow(InjectedFault);
  expect(await sockets.probe('c')).toBe('open');
  await expect(sockets.close('c')).rejects.toThrow(InjectedFault);
  expect(await sockets.probe('c')).toBe('gone');
});

it('a queue can double, reorder, delay and poison what is sent, or fail', async () => {
  const clock = manualClock(0);
  const inner = memoryQueue({ clock });
  const plan = scriptedPlan({
    send: ['double', 'reorder', 'late', 'poison', 'error', 'error-after'],
  });
  const queue = faultyQueue(inner, { plan });
  const received = async (bodies: number[]) => {
    await queue.send(bodies);
    return inner.receive().map(({ body, done }) => {
      done();
      return body;
    });
  };
  expect(await received([1, 2])).toEqual([1, 2, 1, 2]);
  expect(await received([1, 2])).toEqual([2, 1]);
  expect(await received([1])).toEqual([]);
  await clock.advance(20_000);
  expect(await received([2])).toEqual([1, poison, 2]);
  await expect(queue.send([3])).rejects.toThrow(InjectedFault);
  await expect(queue.send([4])).rejects.toThrow(InjectedFault);
  expect(inner.waiting()).toEqual([4]);
});

it('a token is not judged where the issuer’s keys are not to be had, and judged late or in vain', async () => {
  const waits: string[] = [];
  const asked: unknown[] = [];
  const inner = memoryVerifier({ clock: manualClock(0) });
  const script = scriptedPlan({ verify: ['error', 'slow', 'crash-before', 'crash-after'] });
  const verifier = faultyVerifier(inner, {
    plan: {
      next(operation, subject) {
        asked.push([operation, subject]);
        return script.next(operation);
      },
    },
    slow: async () => void waits.push('slow'),
  });
  const token = inner.issue({ sub: 'ada', exp: 60 });
  await expect(verifier.verify(token)).rejects.toThrow(InjectedFault);
  expect([await verifier.verify(token), waits]).toEqual([{ claims: { sub: 'ada', exp: 60 } }, ['slow']]);
  await expect(verifier.verify(token)).rejects.toThrow(Crash);
  await expect(verifier.verify(token)).rejects.toThrow(Crash);
  expect(await verifier.verify('another')).toEqual({ refused: 'token' });
  // A plan writes down what it is told, and a token is a secret.
  expect(new Set(asked.flat())).toEqual(new Set(['verify', undefined]));
});

it('an event bus can fail before it took anything, or after', async () => {
  const inner = memoryEventBus();
  const bus = faultyEventBus(inner, { plan: scriptedPlan({ put: ['error', 'crash-after'] }) });
  const event = { source: 's', type: 't', detail: {} };
  await expect(bus.put([event])).rejects.toThrow(InjectedFault);
  expect(inner.events()).toEqual([]);
  await expect(bus.put([event])).rejects.toThrow(Crash);
  expect(inner.events()).toEqual([event]);
  expect(await bus.put([event])).toEqual([{ outcome: 'taken' }]);
});
