import type { Topic } from '@tidings/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { featureRows, keys, readDue, readDueTime, readLogPartition, readSubscriber } from './keys.ts';

const name = fc.string({
  unit: fc.constantFrom('a', '#', ':', '%', '2', '3', 'é', '-', '*'),
  minLength: 1,
  maxLength: 6,
});

const nobodys = { isOfUser: () => false };

test('no two tenants, users, topics or refs share a key, whatever their names are', () => {
  type Three = [string, string, string];
  /** Four words as three names, of which one has two of them. */
  const joined = (words: readonly string[], at: number) =>
    words.toSpliced(at, 2, `${words[at]}#${words[at + 1]}`) as Three;
  const joint = fc.nat(2);
  // Two of the same words, or of all but some: only so do they ever differ in one name, or in where it ends.
  const pairs = fc.tuple(name, name, name, name).chain((words) => {
    const others = fc.tuple(...words.map((word) => fc.oneof(fc.constant(word), name)));
    return fc.tuple(
      joint.map((at) => joined(words, at)),
      fc.tuple(others, joint).map(([other, at]) => joined(other, at)),
    );
  });
  const client = (id: string): Topic => ({ kind: 'client', id });
  fc.assert(
    fc.property(pairs, ([one, two]) => {
      const same = JSON.stringify(one) === JSON.stringify(two);
      const makers = [
        ([t, u, r]: Three) => keys.ref(t, u, r),
        ([t, u, r]: Three) => keys.subscriber(t, client(r), u, 'c'),
        ([t, u, r]: Three) => keys.log(t, client(u), r, 1),
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

test('what is due tells its time and its names, also in the form that 0.1.0 had', () => {
  const at = 1_740_000_060_123;
  const minute = Math.floor(at / 60_000);
  const { former } = keys;
  const dueRows = fc.property(name, name, name, (work, tenant, id) => {
    const ends = keys.expiry(at, id);
    const watch = keys.watch(at, 'job', tenant, id);
    expect([ends, watch].map(readDueTime)).toEqual([at, at]);
    expect([ends, watch].map(({ sk }) => readDue(sk))).toEqual([[id], ['job', tenant, id]]);
    const formerly = { pk: former.expiryPartition(minute), sk: encodeURIComponent(id) };
    expect([readDueTime(formerly), readDue(formerly.sk)]).toEqual([minute * 60_000, [id]]);
    expect(readDueTime({ ...watch, pk: former.watchPartition(minute), sk: `job#t#${work}` })).toBe(
      minute * 60_000,
    );
  });
  fc.assert(dueRows);
  expect(readDueTime(keys.connection('EXPIRY#1'))).toBeUndefined();
});

test('what is due up to a time is what is due then or before, in the order of time', () => {
  const times = fc.nat({ max: 4_000_000_000_000 });
  fc.assert(
    fc.property(times, times, (at, now) => {
      expect(keys.expiry(at, 'c').sk <= keys.dueUpTo(now)).toBe(at <= now);
    }),
  );
});

test('connections that expire at one time are spread evenly over partitions that are all read', () => {
  const counts = new Map<string, number>();
  for (let n = 0; n < 8_000; n++) {
    // As API Gateway makes them: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
    const id = `${Buffer.from(String(Math.imul(n, 2_654_435_761) >>> 0)).toString('base64')}=`;
    const { pk } = keys.expiry(n, id);
    expect(keys.expiry(5, id).pk).toBe(pk);
    counts.set(pk, (counts.get(pk) ?? 0) + 1);
  }
  expect([...counts.keys()].sort()).toEqual(keys.expiryPartitions());
  // A fair share is 1,000.
  for (const count of counts.values()) expect(count).toBeLessThan(1_150);
});
