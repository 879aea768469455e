import { expect, test } from 'vitest';
import { packPrincipal } from '../../lambdas/principalContext.ts';
import { memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { localClock } from '../clock.ts';
import { localQueues } from '../services/sqs.ts';
import { observer } from './observer.ts';

const wsUrl = 'ws://127.0.0.1:4510/dev';

function observed() {
  const clock = localClock();
  const queues = localQueues(clock);
  const open = new Set<string>();
  const seen = observer(wsUrl, () => 7);
  const messageCounts = () => ({ received: 0, sent: 0 });
  const { stop } = seen.watch({ webSocket: { connectionIds: () => open, messageCounts }, queues });
  stop();
  return {
    seen,
    queues,
    current: () => Object(seen.metrics()).current,
    opened(connectionId: string, ...roles: string[]) {
      open.add(connectionId);
      seen.onHandshake({
        status: 101,
        connectionId,
        authorizer: packPrincipal(principal(memoryRuntime(), { roles })),
      });
    },
    closed: (connectionId: string) => open.delete(connectionId),
  };
}

test('open connections count for each role that they hold, until they are closed', () => {
  const { opened, closed, current } = observed();
  opened('c1', 'msp', 'admin');
  opened('c2', 'msp');
  expect(current()).toMatchObject({ openConnections: 2, openByRole: { msp: 2, admin: 1 } });
  closed('c1');
  expect(current()).toMatchObject({ openConnections: 1, openByRole: { msp: 1 } });
});

test('dead letters are those in queues that others give up to', () => {
  const { queues, current } = observed();
  const queue = { delayMs: 0, visibilityTimeoutMs: 1_000, retentionMs: 60_000 };
  queues.define([
    { ...queue, name: 'work', arn: 'arn:work', deadLetter: { queue: 'dead', maxReceives: 1 } },
    { ...queue, name: 'dead', arn: 'arn:dead' },
  ]);
  queues.get('work')?.send('one');
  expect(current()).toMatchObject({ deadLetters: 0 });
  queues.get('dead')?.send('two');
  queues.get('dead')?.receive(1);
  queues.get('dead')?.send('three');
  expect(current()).toMatchObject({ deadLetters: 2 });
});

test('figures of functions are for nobody to read, and all other lines are', () => {
  const { seen } = observed();
  const figures = { _aws: { CloudWatchMetrics: [{ Namespace: 'Tidings' }] }, Delivered: 3 };
  expect(seen.line(JSON.stringify(figures))).toBe(false);
  expect(seen.line('{"level":"ERROR","what":"a request"}')).toBe(true);
  expect(
    seen.line('{"what":"a handshake was refused","status":401,"check":"token","why":"it is none"}'),
  ).toBe(true);
  expect(Object(seen.metrics()).current).toMatchObject({ delivered: 3, refusedHandshakes: { token: 1 } });
});

test('the newest 200 refusals are kept: what functions say, and what they cannot say', () => {
  const { seen } = observed();
  for (let n = 0; n < 300; n++) seen.onHandshake({ status: 429, refusedBy: 'gateway' });
  seen.onHandshake({ status: 401, refusedBy: 'authorizer' });
  seen.onHandshake({ status: 502, refusedBy: '$connect' });
  expect(seen.refusals()).toHaveLength(200);
  expect(seen.refusals().slice(0, 2)).toEqual([
    { at: 7, status: 502, check: 'function', why: "$connect failed: the stack's own output says how" },
    { at: 7, status: 429, check: 'gateway', why: 'too many came at once' },
  ]);
});

test('what the database takes is counted from when somebody asks for figures', () => {
  const { seen, current } = observed();
  expect(seen.units.isOn).toBe(false);
  expect(current()).not.toHaveProperty('readUnits');
  expect(seen.units.isOn).toBe(true);
  seen.units.take([
    { kind: 'read', partition: 'a', units: 2 },
    { kind: 'write', partition: 'a', units: 3 },
  ]);
  expect(current()).toMatchObject({ readUnits: 2, writeUnits: 3 });
});
