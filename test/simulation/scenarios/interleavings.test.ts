import { expect, it } from 'vitest';
import { keys } from '../../../core/keys.ts';
import type { Runtime } from '../../../core/runtime.ts';
import { limited, race } from './race.ts';

const room = { action: 'room.send', topic: 'room:r', payload: { body: 'hi' } };

it('between a subscription’s answer and its live frames nothing is missing', () =>
  race(
    limited(9),
    (test, environment) => [
      test.say(environment(), 'a', { action: 'subscribe', topic: 'room:r' }),
      test.say(environment(), 'b', room),
      test.say(environment(), 'b', room),
    ],
    async (test, [subscribed]) => {
      await test.drain(test.environment());
      const live = test.frames('a').flatMap(({ type, seq = 0 }) => (type === 'room.message' ? [seq] : []));
      const from = Number(subscribed?.payload.seq);
      const wanted = [1, 2].filter((seq) => seq > from);
      expect(live).toEqual(expect.arrayContaining(wanted));
    },
    async (test) => {
      await test.dial(test.environment(), 'a', test.who('ada'));
      await test.dial(test.environment(), 'b', test.who('bob'));
      await test.say(test.environment(), 'b', { action: 'subscribe', topic: 'room:r' });
    },
  ));

it('a snapshot is the state at its place, also in the middle of commits', () =>
  race(
    limited(9),
    (test, environment) => [
      test.say(environment(), 'a', { action: 'subscribe', topic: 'client:c1' }),
      ...[3, 4].map((by) =>
        test.say(environment(), 'b', {
          action: 'interaction.record',
          payload: { clientId: 'c1', kind: 'k', by },
        }),
      ),
    ],
    (test, [subscribed]) => {
      const { seq, snapshot } = (subscribed?.payload ?? {}) as {
        seq: number;
        snapshot: { totals: { k?: number } };
      };
      const events = test
        .rows('LOG#acme#client')
        .map(({ frame }) => Number(JSON.parse(String(frame)).payload.by));
      const sum = events.slice(0, seq).reduce((total, by) => total + by, 0);
      expect(snapshot.totals.k ?? 0).toBe(sum);
    },
    async (test) => {
      await test.dial(test.environment(), 'a', test.who('ada'));
      await test.dial(test.environment(), 'b', test.who('bob'));
    },
  ));

const record = (ref: string) => ({
  action: 'interaction.record',
  ref,
  payload: { clientId: 'c1', kind: 'call', by: 2 },
});

it('commits at once are all counted, and numbered without a hole', () =>
  race(
    limited(9),
    (test, environment) => {
      const shared = environment();
      return ['1', '2', '3', '4'].map((ref) =>
        test.say(ref < '3' ? environment() : shared, 'a', record(ref)),
      );
    },
    (test, replies) => {
      expect(new Set(replies.map(({ payload }) => payload.seq))).toEqual(new Set([1, 2, 3, 4]));
      expect(new Set(replies.map(({ payload }) => payload.total))).toEqual(new Set([2, 4, 6, 8]));
      expect(test.rows('HEAD#acme#client')).toMatchObject([{ seq: 4, state: { totals: { call: 8 } } }]);
      expect(test.rows('LOG#acme#client')).toHaveLength(4);
    },
    (test) => test.dial(test.environment(), 'a', test.who('ada')),
  ));

it('an event is in its log in the instant in which its number counts', () =>
  race<unknown>(
    limited(9),
    (test, environment) => [test.say(environment(), 'a', record('1')), look(environment())],
    (_, [, seen]) => expect(seen).toBe('whole'),
    (test) => test.dial(test.environment(), 'a', test.who('ada')),
  ));

/** Reads a topic again and again, until its first event counts. */
async function look({ table }: Runtime): Promise<'whole' | 'torn'> {
  const topic = { kind: 'client', id: 'c1' } as const;
  for (;;) {
    const head = await table.get(keys.head('acme', topic));
    if (head?.seq !== 1) continue;
    const log = await table.get(keys.log('acme', topic, String(head.epoch), 1));
    return log ? 'whole' : 'torn';
  }
}

it('a request that is repeated while it runs is done once, and answered the same twice', () =>
  race(
    limited(9),
    (test, environment) => [1, 2, 3].map(() => test.say(environment(), 'a', record('same'))),
    async (test, replies) => {
      await test.drain(test.environment());
      expect(replies.map(({ payload }) => payload.seq)).toEqual([1, 1, 1]);
      expect(replies.filter(({ payload }) => payload.dup !== true)).toHaveLength(1);
      expect(test.rows('LOG#acme#client')).toHaveLength(1);
      const sent = new Set(test.sockets.frames('a'));
      expect(sent.size).toBe(1);
    },
    (test) => test.dial(test.environment(), 'a', test.who('ada')),
  ));

it('of two requests with one ref, one is done and the other is told of the conflict', () =>
  race(
    limited(9),
    (test, environment) => [
      test.say(environment(), 'a', record('same')),
      test.say(environment(), 'a', {
        ...record('same'),
        payload: { clientId: 'c2', kind: 'call', by: 2 },
      }),
    ],
    (test, replies) => {
      expect(new Set(replies.map(({ type, payload }) => payload.code ?? type))).toEqual(
        new Set(['ack', 'conflict']),
      );
      expect(test.rows('LOG#acme#client')).toHaveLength(1);
    },
    (test) => test.dial(test.environment(), 'a', test.who('ada')),
  ));

it('an alert with one dedupe key is raised once, however many raise it', () =>
  race(
    limited(9),
    (test, environment) =>
      ['1', '2', '3'].map((ref) =>
        test.say(environment(), 'a', {
          action: 'alert.raise',
          ref,
          payload: { to: { msp: true }, severity: 'info', title: ref, dedupeKey: 'disk' },
        }),
      ),
    (test, replies) => {
      expect(test.rows('LOG#acme#msp')).toHaveLength(1);
      expect(new Set(replies.map(({ payload }) => payload.alertId)).size).toBe(1);
      expect(replies.filter(({ payload }) => payload.already === true)).toHaveLength(2);
    },
    (test) => test.dial(test.environment(), 'a', test.who('ada')),
  ));
