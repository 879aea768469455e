import { beforeEach, expect, test } from 'vitest';
import { type MemoryRuntime, memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { authorizeHandshake, selectProtocol } from './authorize.ts';
import { issueTicket, redeemTicket } from './tickets.ts';

let runtime: MemoryRuntime;
let token: string;
const claims = (more: object = {}) => {
  const seconds = runtime.clock.now() / 1000;
  return { sub: 'ann', tenant: 't', roles: ['msp'], iat: seconds, exp: seconds + 3600, ...more };
};
beforeEach(() => {
  runtime = memoryRuntime({ allowedOrigins: ['https://app.example'] });
  token = runtime.tokens.issue(claims());
});
const handshake = (headers: Record<string, string>, query: Record<string, string> = {}) =>
  authorizeHandshake(runtime, { headers, query });
const bearer = (jwt: string, more: Record<string, string> = {}) => ({
  'sec-websocket-protocol': `tidings.v1, bearer.${jwt}`,
  ...more,
});

test('1.1: the first credential that is present decides', async () => {
  expect(await handshake(bearer(token))).toMatchObject({ principal: { userId: 'ann', tenant: 't' } });
  const { ticket } = await issueTicket(runtime, principal(runtime, { userId: 'tina' }));
  expect(await handshake(bearer('bad'), { ticket, token })).toEqual({ refused: 401, check: 'token' });
  expect(await handshake({}, { ticket: 'bad', token })).toEqual({ refused: 401, check: 'ticket' });
});

test('1.1: a token in the query is refused unless the stage allows it', async () => {
  expect(await handshake({}, { token })).toEqual({ refused: 401, check: 'credential' });
  runtime = { ...memoryRuntime({ allowQueryToken: true }), tokens: runtime.tokens };
  expect(await handshake({}, { token })).toHaveProperty('principal');
});

test('1.2: an Origin must be on the list to the letter', async () => {
  expect(await handshake(bearer(token, { origin: 'https://app.example' }))).toHaveProperty('principal');
  for (const origin of [
    'https://app.example.evil.com',
    'https://evil-app.example',
    'http://app.example',
    'https://app.example:8443',
    'https://APP.example',
    'null',
    '',
  ]) {
    expect(await handshake(bearer(token, { origin })), origin).toEqual({ refused: 403, check: 'origin' });
  }
});

test('on a laptop every page of it may connect, and no other besides those of the list', async () => {
  const laptop = memoryRuntime({ allowLoopbackOrigins: true, allowedOrigins: ['https://app.example'] });
  runtime = { ...laptop, tokens: runtime.tokens };
  for (const origin of [
    'https://app.example',
    'http://localhost:3000',
    'http://localhost',
    'http://127.0.0.1:65535',
    'http://[::1]:5173',
  ]) {
    expect(await handshake(bearer(token, { origin })), origin).toHaveProperty('principal');
  }
  for (const origin of [
    'http://localhost.evil.example:3000',
    'http://evil.example:3000',
    'http://localhost:3000.evil.example',
    'http://localhost@evil.example',
    'http://127.0.0.1.evil.example',
    'http://192.168.0.7:3000',
    'http://localhost:3000/',
    'file://localhost',
    'null',
  ]) {
    expect(await handshake(bearer(token, { origin })), origin).toEqual({ refused: 403, check: 'origin' });
  }
});

test('1.2: no Origin is let in only where the stage allows it', async () => {
  expect(await handshake(bearer(token))).toHaveProperty('principal');
  runtime = { ...memoryRuntime({ allowNoOrigin: false }), tokens: runtime.tokens };
  expect(await handshake(bearer(token))).toEqual({ refused: 403, check: 'origin' });
});

test('1.2: a token that ends within a minute opens nothing', async () => {
  const seconds = runtime.clock.now() / 1000;
  expect(await handshake(bearer(runtime.tokens.issue(claims({ exp: seconds + 59 }))))).toEqual({
    refused: 401,
    check: 'expiry',
  });
  expect(await handshake(bearer(runtime.tokens.issue(claims({ exp: seconds + 60 }))))).toHaveProperty(
    'principal',
  );
});

test('1.2: a token with an absurd time is 401, and no error', async () => {
  for (const claim of ['exp', 'iat', 'nbf']) {
    for (const absurd of [-1, 1e308, Number.POSITIVE_INFINITY, Number.NaN, 2 ** 53, '1', null]) {
      const spoiled = runtime.tokens.issue(claims({ [claim]: absurd }));
      expect(await handshake(bearer(spoiled)), `${claim} ${absurd}`).toEqual({
        refused: 401,
        check: 'time',
      });
    }
  }
});

test('1.2: a good token without a role of ours is refused with 403', async () => {
  expect(await handshake(bearer(runtime.tokens.issue(claims({ roles: ['guest'] }))))).toEqual({
    refused: 403,
    check: 'role',
  });
});

test('1.1: the token is never echoed as the subprotocol', () => {
  expect(selectProtocol(bearer('x'))).toBe('tidings.v1');
  expect(selectProtocol({ 'sec-websocket-protocol': 'bearer.x, tidings.v1' })).toBe('tidings.v1');
  expect(selectProtocol({ 'sec-websocket-protocol': 'bearer.x' })).toBeUndefined();
  expect(selectProtocol({})).toBeUndefined();
});

test('5.3: a ticket works once, and for 30 s', async () => {
  const first = await issueTicket(runtime, principal(runtime));
  expect(first.ticket).toMatch(/^[A-Za-z0-9_-]{43}$/);
  const both = await Promise.all([redeemTicket(runtime, first.ticket), redeemTicket(runtime, first.ticket)]);
  expect(both.filter((result) => 'principal' in result)).toHaveLength(1);
  const second = await issueTicket(runtime, principal(runtime));
  await runtime.clock.advance(30_000);
  expect(await redeemTicket(runtime, second.ticket)).toEqual({ refused: 401, check: 'ticket' });
});

test('5.3: a handshake that is refused for its Origin does not use a ticket up', async () => {
  const { ticket } = await issueTicket(runtime, principal(runtime));
  expect(await handshake({ origin: 'https://evil.example' }, { ticket })).toEqual({
    refused: 403,
    check: 'origin',
  });
  expect(await handshake({ origin: 'https://app.example' }, { ticket })).toHaveProperty('principal');
});

test('5.3: a token that ends within a minute makes no ticket, since it would open nothing', async () => {
  const lasting = (ms: number) => principal(runtime, { expiresAt: runtime.clock.now() + ms });
  await expect(issueTicket(runtime, lasting(59_999))).rejects.toMatchObject({ code: 'unauthenticated' });
  expect(runtime.table.dump()).toEqual([]);
});

test('5.3: until a ticket expires it opens a connection', async () => {
  const { ticket, expiresAt } = await issueTicket(
    runtime,
    principal(runtime, { expiresAt: runtime.clock.now() + 70_000 }),
  );
  expect(expiresAt).toBe(runtime.clock.now() + 10_000);
  await runtime.clock.advance(9_999);
  expect(await handshake({}, { ticket })).toHaveProperty('principal');
});

test('5.3: the table holds no ticket that could be used', async () => {
  const { ticket } = await issueTicket(runtime, principal(runtime));
  expect(JSON.stringify(runtime.table.dump())).not.toContain(ticket);
});

test('a text that is no ticket costs no database call', async () => {
  runtime = {
    ...runtime,
    table: new Proxy(runtime.table, { get: () => () => Promise.reject(new Error('asked')) }),
  };
  expect(await redeemTicket(runtime, 'short')).toEqual({ refused: 401, check: 'ticket' });
  expect(await handshake({})).toEqual({ refused: 401, check: 'credential' });
  expect(await handshake(bearer('bad'))).toEqual({ refused: 401, check: 'token' });
});
