import { expect, it } from 'vitest';
import { selectProtocol } from '../../../core/api/authorize.ts';
import { issueTicket, redeemTicket } from '../../../core/api/tickets.ts';
import { reap } from '../../../core/connections/reap.ts';
import { adaAndBob, failing, record, seqs } from './adaAndBob.ts';

it('a connection past its lease counts for nothing, though its rows are still there', async () => {
  const { test, calm } = await adaAndBob();
  test.advance(126 * 60_000);
  await test.dial(calm, 'cyd', test.who('cyd'));
  const { payload } = await test.say(calm, 'cyd', { action: 'stats' });
  expect(payload).toMatchObject({ connections: 1, users: 1 });
  await test.say(calm, 'cyd', record);
  expect(['ada', 'bob', 'cyd'].map((name) => seqs(test, name))).toEqual([[], [], [1]]);
  expect(test.rows('SUBS#acme#tenant')).toHaveLength(3);
});

it('a reaper that could not close a socket does so the next time, and counts it as connected until then', async () => {
  const { test, calm } = await adaAndBob();
  await reap(calm);
  // Three minutes later the reaper is done with the minute in which they ended, but for the sockets.
  test.advance(3_780_000);
  await reap(failing(test, { close: ['error', 'error'] }));
  expect(test.sockets.opened()).toEqual(['ada', 'bob']);
  expect(test.rows('SLOT#')).toHaveLength(2);
  test.advance(60_000);
  await reap(calm);
  expect([test.sockets.opened(), test.rows('SLOT#'), test.rows('EXPIRY#')]).toEqual([[], [], []]);
});

it('whose token ended gets the reason before the socket closes', async () => {
  const { test, calm } = await adaAndBob();
  test.advance(3_600_000);
  await reap(calm);
  expect(test.frames('ada')).toMatchObject([{ type: 'disconnect', payload: { code: 4401 } }]);
});

it('a renewal with lesser rights leaves at once what it no longer allows', async () => {
  const { test, calm } = await adaAndBob();
  const exp = Math.floor(test.now() / 1000) + 600;
  const token = test.tokens.issue({ sub: 'bob', tenant: 'acme', roles: ['client'], client_ids: ['c2'], exp });
  await test.say(calm, 'bob', { action: 'auth', payload: { token } });
  await test.say(calm, 'ada', record);
  expect(seqs(test, 'bob')).toEqual([]);
  await test.say(calm, 'ada', { ...record, ref: 'r2', payload: { clientId: 'c2', kind: 'call' } });
  expect(seqs(test, 'bob')).toEqual([1]);
});

it('nobody renews a connection with another’s token', async () => {
  const { test, calm } = await adaAndBob();
  const exp = Math.floor(test.now() / 1000) + 600;
  for (const other of [
    { sub: 'ada', tenant: 'acme' },
    { sub: 'bob', tenant: 'umbrella' },
  ]) {
    const token = test.tokens.issue({ ...other, roles: ['msp'], exp });
    const reply = await test.say(calm, 'bob', { action: 'auth', payload: { token } });
    expect(reply.payload.code).toBe('identity_mismatch');
  }
});

it('no frame names a tenant, whatever it says', async () => {
  const { test, calm } = await adaAndBob();
  const foreign = await test.dial(calm, 'eve', test.who('eve', 3_600_000, { tenant: 'umbrella' }));
  expect('connection' in foreign).toBe(true);
  const payload = { ...record.payload, tenant: 'acme' };
  await test.say(calm, 'eve', { ...record, tenant: 'acme', payload });
  expect([test.rows('HEAD#acme#client'), seqs(test, 'ada')]).toEqual([[], []]);
});

it('a connection is joined to no more topics than it may', async () => {
  const { test, calm } = await adaAndBob();
  const max = calm.settings.limits.topicsPerConnection;
  const joined = await Promise.all(
    Array.from({ length: max + 1 }, (_, index) =>
      test.say(calm, 'ada', { action: 'subscribe', topic: `room:r${index}` }),
    ),
  );
  expect(joined.filter(({ type }) => type === 'subscribed')).toHaveLength(max);
  expect(joined.at(-1)?.payload.code).toBe('limit_exceeded');
});

it('a ticket opens one connection', async () => {
  const { test, calm } = await adaAndBob();
  const { ticket } = await issueTicket(calm, test.who('ada'));
  const used = await Promise.all([redeemTicket(calm, ticket), redeemTicket(calm, ticket)]);
  expect(used.filter((one) => 'principal' in one)).toHaveLength(1);
});

it('the subprotocol that carries the token is never sent back', () => {
  const offered = { 'sec-websocket-protocol': 'bearer.secret, tidings.v1' };
  expect(selectProtocol(offered)).toBe('tidings.v1');
  expect(selectProtocol({ 'sec-websocket-protocol': 'bearer.secret' })).toBeUndefined();
});
