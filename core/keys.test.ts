import type { Topic } from '@tidings/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { featureRows, keys, readDueMinute, readLogPartition, readSubscriber } from './keys.ts';

const name = fc.string({
  unit: fc.constantFrom('a', '#', ':', '%', '2', '3', 'é', '-', '*'),
  minLength: 1,
  maxLength: 6,
});

const nobodys = { isOfUser: () => false };

test('no two tenants, users, topics or refs share a key, whatever their names are', () => {
  const parts = fc.tuple(name, name, name);
  const client = (id: string): Topic => ({ kind: 'client', id });
  fc.assert(
    fc.property(parts, parts, (one, two) => {
      const same = JSON.stringify(one) === JSON.stringify(two);
      const makers = [
        ([t, u, r]: typeof one) => keys.ref(t, u, r),
        ([t, u, r]: typeof one) => keys.subscriber(t, client(r), u, 'c'),
        ([t, u, r]: typeof one) => keys.log(t, client(u), r, 1),
      ];
      for (const make of makers) {
        const [a, b] = [make(one), make(two)];
        expect(a.pk === b.pk && a.sk === b.sk).toBe(same);
      }
    }),
    { numRuns: 5000 },
  );
});

test('a subscriber’s key tells whose connection it is', () => {
  fc.assert(
    fc.property(name, name, (userId, connectionId) => {
      const { sk } = keys.subscriber('t', { kind: 'tenant' }, userId, connectionId);
      expect(readSubscriber(sk)).toEqual({ userId, connectionId });
    }),
  );
});

test('a log’s key tells whose it is', () => {
  fc.assert(
    fc.property(name, name, name, (tenant, id, epoch) => {
      const { pk } = keys.log(tenant, { kind: 'user', id }, epoch, 1);
      expect(readLogPartition(pk)).toEqual({ tenant, topicId: id });
    }),
  );
});

test('sequence numbers sort as numbers', () => {
  const sk = (seq: number) => keys.log('t', { kind: 'tenant' }, 'e', seq).sk;
  expect([sk(10), sk(9), sk(100_000)].sort()).toEqual([sk(9), sk(10), sk(100_000)]);
});

test('a feature’s rows stay in their tenant, whatever the ids are, and take no name of the engine’s', () => {
  const { key } = featureRows('NOTEBOOK', nobodys);
  fc.assert(
    fc.property(fc.tuple(name, name, name), fc.tuple(name, name, name), (one, two) => {
      expect(key(...one).pk === key(...two).pk).toBe(JSON.stringify(one) === JSON.stringify(two));
      expect(key(...one).pk.startsWith(`NOTEBOOK#${encodeURIComponent(one[0])}#`)).toBe(true);
    }),
  );
  const engine = Object.values({ head: keys.headPartition('t', 'k'), ref: keys.ref('t', 'u', 'r').pk });
  for (const pk of engine)
    expect(() => featureRows(pk.split('#')[0] ?? '', nobodys)).toThrow('a feature cannot call');
  expect(() => featureRows('not#capitals', nobodys)).toThrow('a feature cannot call');
});

test('every partition with rows that are due in a minute tells the minute', () => {
  for (const pk of [...keys.expiryPartitions(29_000_001), keys.watchPartition(29_000_001)]) {
    expect(readDueMinute(pk)).toBe(29_000_001);
  }
  expect(readDueMinute(keys.connection('EXPIRY#1').pk)).toBeUndefined();
});

test('connections that expire in one minute are spread evenly over partitions that are all read', () => {
  const counts = new Map<string, number>();
  for (let n = 0; n < 8_000; n++) {
    // As API Gateway makes them: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
    const id = `${Buffer.from(String(Math.imul(n, 2_654_435_761) >>> 0)).toString('base64')}=`;
    const { pk } = keys.expiry(5, id);
    expect(keys.expiry(5, id).pk).toBe(pk);
    counts.set(pk, (counts.get(pk) ?? 0) + 1);
  }
  expect([...counts.keys()].sort()).toEqual(keys.expiryPartitions(5).slice(1));
  // A fair share is 2,000.
  for (const count of counts.values()) expect(count).toBeLessThan(2_300);
});
