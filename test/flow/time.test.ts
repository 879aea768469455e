import { expect, test } from 'vitest';
import { ownStack } from '../support/ownStack.ts';

const { stack, tenant } = ownStack();
const minuteMs = 60_000;

test('a token that expires on an open socket closes it within 90 s, with the reason first', async () => {
  const own = tenant();
  const ann = await own.connect({ user: 'ann', roles: ['msp'], expiresIn: '15m' });
  for (const minutes of [7, 7.5]) {
    await stack().clock.advance(minutes * minuteMs);
    await ann.settled();
  }
  await stack().clock.advance(30_000 + 90_000);
  await ann.closed;
  expect(ann.of('disconnect')).toMatchObject([{ payload: { code: 4401, reconnect: 'refresh' } }]);
  expect((await ann.closed).code).toBe(1000);
});

test('a renewed token keeps the socket open past the first one’s end', async () => {
  const own = tenant();
  const ann = await own.connect({ user: 'ann', roles: ['msp'], expiresIn: '15m' });
  await stack().clock.advance(9 * minuteMs);
  const token = await own.token({ user: 'ann', roles: ['msp'], expiresIn: '1h' });
  await ann.ask('auth', { payload: { token } });
  for (let minute = 0; minute < 12; minute += 4) {
    await stack().clock.advance(4 * minuteMs);
    await ann.settled();
  }
  expect((await ann.ask('stats')).payload).toMatchObject({ connections: 1 });
  expect(ann.of('disconnect')).toEqual([]);
});

test('a connection that is silent for ten minutes, or two hours old, is closed as API Gateway does', async () => {
  const own = tenant();
  const silent = await own.connect({ user: 'silent', roles: ['msp'], expiresIn: '3h' });
  const lively = await own.connect({ user: 'lively', roles: ['msp'], expiresIn: '3h' });
  for (let minutes = 0; minutes < 110; minutes += 5) {
    await stack().clock.advance(5 * minuteMs);
    await lively.settled();
  }
  expect((await silent.closed).code).toBe(1001);
  await stack().clock.advance(11 * minuteMs);
  expect((await lively.closed).code).toBe(1001);
});

test('connections whose end nobody reported are gone after their lease, and leave nothing behind', async () => {
  const own = tenant();
  stack().faults.inject({ op: 'disconnect', outcome: 'lost' });
  const ghost = await own.connect({ user: 'ghost', roles: ['client'], clients: ['acme'], expiresIn: '3h' });
  await ghost.ask('subscribe', { topic: 'room:lobby' });
  await ghost.close();
  stack().faults.clear({});
  const staff = { user: 'staff', roles: ['msp'] } as const;
  const before = await own.http(staff, 'GET', '/stats');
  expect(before.body).toMatchObject({ payload: { connections: 1 } });
  await stack().clock.advance(127 * minuteMs);
  // Before it is asked again: a new environment counts its first request.
  const { rows } = await stack().state();
  expect(new Set(Object.keys(rows))).toEqual(new Set(['CONN', 'HEAD']));
  const after = await own.http(staff, 'GET', '/stats');
  expect(after.body).toMatchObject({ payload: { connections: 0 } });
});
