import { expect, test } from 'vitest';
import { memoryRuntime } from '../../../test/support/memoryRuntime.ts';
import { toSubscriber } from '../../connections/subscriber.ts';
import { keys } from '../../keys.ts';
import { noteSent } from './lastSent.ts';

test('an environment that publishes for large staffs of many tenants remembers the last of them', () => {
  const { lastSent, ...parts } = memoryRuntime();
  const topic = { kind: 'client', id: 'acme' };
  const all = { kind: 'client', id: '*' };
  const subscribers = Array.from({ length: 1_000 }, (_, n) =>
    toSubscriber({ ...keys.subscriber('t', all, `u${n}`, `c${n}`), ttl: 1 }),
  );
  for (let n = 0; n < 300; n++) {
    noteSent(
      { ...parts, lastSent },
      { tenant: `t${n}`, topic, events: [] },
      { subscribers, window: undefined },
    );
  }
  expect(lastSent.size).toBe(100);
  expect([...lastSent.keys()].at(-1)).toBe(keys.subscribers('t299', all));
});
