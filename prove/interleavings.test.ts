import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Connected } from '../core/connect.ts';
import { forget } from '../core/connections.ts';
import { deliver } from '../core/fanOut.ts';
import { keys } from '../core/keys.ts';
import { reap } from '../core/reap.ts';
import type { Runtime } from '../core/runtime.ts';
import { type TestSystem, testSystem } from './testRuntime.ts';

/** How many orders of each race are tried: always the same ones, but for `npm run prove -- --interleavings`, which tries 10,000. */
const amount = process.env.PROVE_RUNS;
const trials = amount === undefined ? { numRuns: 300, seed: 1 } : { numRuns: Number(amount) };

/** Runs racers together, each in an environment of its own, with every operation on the world in an arbitrary order. */
function race<T>(
  system: (scheduler: fc.Scheduler) => TestSystem,
  racers: (test: TestSystem, environment: () => Runtime) => Promise<T>[],
  judge: (test: TestSystem, results: T[]) => void | Promise<void>,
  before: (test: TestSystem) => Promise<unknown> = async () => {},
): Promise<void> {
  const property = fc.asyncProperty(fc.scheduler(), async (scheduler) => {
    const test = system(scheduler);
    await before(test);
    const environment = () => test.environment((what) => scheduler.schedule(Promise.resolve(), what));
    const results = Promise.all(racers(test, environment));
    await judge(test, await scheduler.waitFor(results));
    expect(test.unexpected).toEqual([]);
  });
  return fc.assert(property, trials);
}

const limited = (limit: number) => () => testSystem({ limit });
async function leave(test: TestSystem, { table }: Runtime, connectionId: string): Promise<undefined> {
  await forget(table, connectionId, test.now());
  return undefined;
}
const slotsOf = (test: TestSystem) => test.rows('SLOT#').map(({ connectionId }) => connectionId);
const accepted = (results: (Connected | undefined)[]) =>
  results.flatMap((one) => (one && 'connection' in one ? [one.connection.connectionId] : []));

it('of five connects at once with a limit of two, exactly two are let in', () =>
  race(
    limited(2),
    (test, environment) =>
      ['a', 'b', 'c', 'd', 'e'].map((id) => test.dial(environment(), id, test.who('ada'))),
    (test, results) => {
      expect(accepted(results)).toHaveLength(2);
      expect(slotsOf(test).sort()).toEqual(accepted(results));
      expect(test.rows('CONN#')).toHaveLength(2);
    },
  ));

it('a connection that ends while it begins leaves nothing behind, in whatever order', () =>
  race(
    limited(2),
    (test, environment) => [
      test.dial(environment(), 'a', test.who('ada')),
      leave(test, environment(), 'a'),
      leave(test, environment(), 'a'),
    ],
    (test) => {
      expect([test.rows('SLOT#'), test.rows('SUBS#')]).toEqual([[], []]);
      expect(test.rows('CONN#').map(({ state }) => state)).toEqual(['closed']);
    },
  ));

it('the slot of a connection that is gone is taken by exactly one of two, and a late $disconnect frees it for neither', () =>
  race(
    limited(1),
    (test, environment) => [
      test.dial(environment(), 'b', test.who('ada')),
      test.dial(environment(), 'c', test.who('ada')),
      leave(test, environment(), 'a'),
    ],
    (test, results) => {
      expect(accepted(results)).toHaveLength(1);
      expect(slotsOf(test)).toEqual(accepted(results));
      expect(test.rows('SUBS#acme#tenant')).toHaveLength(1);
    },
    async (test) => {
      await test.dial(test.environment(), 'a', test.who('ada'));
      test.sockets.drop('a');
      test.advance(61_000);
    },
  ));

it('the slot of a young connection is nobody else’s, though it looks gone', () =>
  race(
    limited(1),
    (test, environment) => [test.dial(environment(), 'b', test.who('ada'))],
    (test, results) => {
      expect(results).toEqual([{ refused: 429 }]);
      expect(slotsOf(test)).toEqual(['a']);
    },
    async (test) => {
      await test.dial(test.environment(), 'a', test.who('ada'));
      test.sockets.drop('a');
      test.advance(59_000);
    },
  ));

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

it('a work unit that is served twice does no harm: the same frame again, and who is gone is removed', () => {
  const unit = {
    frame: '{"seq":1}',
    to: ['a', 'b'],
    round: 1,
    kind: 'event',
    resync: '{}',
    part: '',
  } as const;
  return race(
    limited(9),
    (_, environment) => [deliver(environment(), unit), deliver(environment(), unit)],
    (test) => {
      expect(new Set(test.sockets.frames('b'))).toEqual(new Set([unit.frame]));
      expect(test.rows('SUBS#acme#tenant').map(({ sk }) => sk)).toEqual(['SUB#bob#b']);
      expect([test.queue.waiting(), slotsOf(test)]).toEqual([[], ['b']]);
    },
    async (test) => {
      await test.dial(test.environment(), 'a', test.who('ada'));
      await test.dial(test.environment(), 'b', test.who('bob'));
      test.sockets.drop('a');
      test.advance(31_000);
    },
  );
});

it('a token that is renewed as it ends keeps its connection, or the renewal is refused: never half of each', () =>
  race<unknown>(
    limited(9),
    (test, environment) => {
      const exp = (test.now() + 600_000) / 1000;
      const token = test.tokens.issue({ sub: 'ada', tenant: 'acme', roles: ['msp'], exp });
      return [
        test.say(environment(), 'a', { action: 'auth', payload: { token } }),
        reap(environment()),
        reap(environment()),
      ];
    },
    async (test, [reply]) => {
      const renewed = (reply as { type: string }).type === 'ack';
      const [connection] = test.rows('CONN#');
      expect(connection?.state).toBe(renewed ? 'open' : 'closed');
      expect(test.sockets.opened()).toEqual(renewed ? ['a'] : []);
      expect(test.rows('SUBS#')).toHaveLength(renewed ? 4 : 0);
      expect(slotsOf(test)).toHaveLength(renewed ? 1 : 0);
      test.advance(600_000);
      await reap(test.environment());
      expect([test.sockets.opened(), test.rows('SUBS#'), slotsOf(test)]).toEqual([[], [], []]);
    },
    async (test) => {
      await test.table.write({ put: { ...keys.reaped(), unfinished: Math.floor(test.now() / 60_000) } });
      await test.dial(test.environment(), 'a', test.who('ada', 120_000));
      test.advance(120_000);
    },
  ));
