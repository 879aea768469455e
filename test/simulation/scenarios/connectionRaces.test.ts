import { expect, it } from 'vitest';
import type { Connected } from '../../../core/connections/connect.ts';
import { endConnection } from '../../../core/connections/endConnection.ts';
import { reap } from '../../../core/connections/reap.ts';
import { deliver } from '../../../core/delivery/fanOut.ts';
import type { Runtime } from '../../../core/runtime.ts';
import type { TestSystem } from '../world/testRuntime.ts';
import { limited, race } from './race.ts';

async function leave(runtime: Runtime, connectionId: string): Promise<undefined> {
  await endConnection(runtime, connectionId, { socket: 'gone' });
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
      leave(environment(), 'a'),
      leave(environment(), 'a'),
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
      leave(environment(), 'a'),
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
      expect(results).toEqual([{ refused: 429, check: 'connections' }]);
      expect(slotsOf(test)).toEqual(['a']);
    },
    async (test) => {
      await test.dial(test.environment(), 'a', test.who('ada'));
      test.sockets.drop('a');
      test.advance(59_000);
    },
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
      test.advance(61_000);
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
      await test.dial(test.environment(), 'a', test.who('ada', 120_000));
      test.advance(120_000);
    },
  ));
