import { beforeEach, expect, test } from 'vitest';
import { type MemoryRuntime, memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { openConnection } from '../../testing/openConnection.ts';
import { authorizeHandshake } from '../api/authorize.ts';
import { handleHttp } from '../api/http.ts';
import { handleAction, handleFrame } from '../api/router.ts';
import { redeemTicket } from '../api/tickets.ts';
import type { Authorized } from '../authorizeToken.ts';
import { audienceOf } from '../delivery/audience.ts';
import { connect } from './connect.ts';
import { reap } from './reap.ts';
import { endDevices, requireNotRevoked } from './revocation.ts';

const leewayMs = 5000;
let runtime: MemoryRuntime;
const closedWith = (connectionId: string) =>
  runtime.sockets.frames(connectionId).map((frame) => JSON.parse(frame).payload?.code);
const open = async (connectionId: string, issuedAt = runtime.clock.now()) => {
  runtime.sockets.open(connectionId);
  return connect(runtime, connectionId, principal(runtime, { issuedAt }));
};
const root = () => principal(runtime, { userId: 'root', roles: ['admin'] });
const revoke = (ref: string, broken: Partial<MemoryRuntime> = {}) =>
  handleAction({ ...runtime, ...broken }, root(), 'request', {
    action: 'user.revoke',
    ref,
    payload: { userId: 'ann' },
  });
beforeEach(() => {
  runtime = memoryRuntime();
});

test('after the ack no event reaches a device any more', async () => {
  await open('c1');
  await open('c2');
  expect((await revoke('r')).type).toBe('ack');
  expect([closedWith('c1'), closedWith('c2')]).toEqual([[4403], [4403]]);
  expect(runtime.sockets.opened()).toEqual([]);
  expect(await audienceOf(runtime, 't', { kind: 'tenant' })).toEqual([]);
});

test('one socket that cannot be closed keeps no other open, and a repeat of the ref closes it', async () => {
  await open('c1');
  await open('c2');
  const close = (connectionId: string) =>
    connectionId === 'c1' ? Promise.reject(new Error('no network')) : runtime.sockets.close(connectionId);
  const failed = await revoke('r', { sockets: { ...runtime.sockets, close } });
  expect(failed.payload).toMatchObject({ code: 'internal', retryable: true });
  expect(runtime.sockets.opened()).toEqual(['c1']);
  const repeated = await revoke('r');
  expect(repeated.payload).toMatchObject({ dup: true });
  expect(runtime.sockets.opened()).toEqual([]);
});

test('a device with a token issued after the revocation stays open, also when the ref is repeated', async () => {
  await revoke('r');
  await runtime.clock.advance(leewayMs + 1000);
  await open('c1');
  await revoke('r');
  expect(runtime.sockets.opened()).toEqual(['c1']);
  await revoke('another');
  expect(runtime.sockets.opened()).toEqual([]);
});

test('a token that does not say when it was issued is good until its user is revoked, at every API', async () => {
  const undated = principal(runtime, { issuedAt: 0 });
  expect(await open('c1', 0)).toHaveProperty('connection');
  await requireNotRevoked(runtime, undated);
  await revoke('r');
  expect(await open('c2', 0)).toEqual({ refused: 403, check: 'revoked' });
  await expect(requireNotRevoked(runtime, undated)).rejects.toMatchObject({ code: 'forbidden' });
});

test('a revocation that finds a slot without rows does not miss its connection: it is refused', async () => {
  const { table } = runtime;
  const write: typeof table.write = async (one) => {
    // The slot is taken, and the rows are not there yet.
    if ('put' in one && one.put.pk.startsWith('CONN#')) await revoke('between');
    return table.write(one);
  };
  runtime.sockets.open('c1');
  const beginning = { ...runtime, table: { ...table, write } };
  const outcome = await connect(beginning, 'c1', principal(runtime));
  expect(outcome).toEqual({ refused: 403, check: 'revoked' });
  expect(await audienceOf(runtime, 't', { kind: 'tenant' })).toEqual([]);
});

test('a device whose token was renewed in the very moment stays open', async () => {
  await open('c1', runtime.clock.now() - 5000);
  const { table } = runtime;
  const get: typeof table.get = async (key) => {
    const row = await table.get(key);
    // Between the read and what follows from it, the token is renewed.
    if (row?.connectionId === 'c1') {
      await table.write({ update: key, set: { issuedAt: runtime.clock.now() } });
    }
    return row;
  };
  await endDevices({ ...runtime, table: { ...table, get } }, 't', 'ann', runtime.clock.now() - 1000);
  expect(runtime.sockets.opened()).toEqual(['c1']);
});

test('a later revocation counts, whichever server’s clock is behind', async () => {
  await runtime.clock.advance(10_000);
  await revoke('r');
  const behind = { ...runtime.clock, now: () => runtime.clock.now() - 5000 };
  expect((await revoke('s', { clock: behind, rates: memoryRuntime().rates })).payload).toEqual({
    revokedAt: runtime.clock.now() + leewayMs,
  });
  const token = principal(runtime, { issuedAt: runtime.clock.now() - 1000 });
  await expect(requireNotRevoked(runtime, token)).rejects.toMatchObject({ code: 'forbidden' });
});

/** A token that is good now of an issuer whose clock is ahead by so much. */
const tokenAhead = (aheadMs: number) => {
  const iat = (runtime.clock.now() + aheadMs) / 1000;
  return runtime.tokens.issue({ sub: 'ann', tenant: 't', roles: ['msp', 'admin'], iat, exp: iat + 3600 });
};
const shake = (token: string) =>
  authorizeHandshake(runtime, { headers: { 'sec-websocket-protocol': `bearer.${token}` }, query: {} });
const http = (path: string, token: string) =>
  handleHttp(runtime, {
    method: path === '/stats' ? 'GET' : 'POST',
    path,
    ...(path.startsWith('/actions/') && { action: path.slice('/actions/'.length) }),
    authorization: `Bearer ${token}`,
    body: '',
    requestId: 'request',
  });
const connectAs = async (connectionId: string, judged: Authorized) => {
  if ('refused' in judged) return judged;
  runtime.sockets.open(connectionId);
  return connect(runtime, connectionId, judged.principal);
};
const auth = (connectionId: string, token: string) =>
  handleFrame(runtime, {
    connectionId,
    requestId: 'request',
    body: JSON.stringify({ action: 'auth', payload: { token } }),
  });

test('a token of an issuer whose clock is ahead by the leeway is revoked at every API', async () => {
  const token = tokenAhead(leewayMs);
  const { ticket } = (await http('/tickets', token)).answer as { ticket: string };
  expect(await connectAs('c1', await shake(token))).toHaveProperty('connection');
  expect((await revoke('r')).type).toBe('ack');
  expect(closedWith('c1')).toEqual([4403]);
  expect(runtime.sockets.opened()).toEqual([]);
  expect(await connectAs('c2', await shake(token))).toEqual({ refused: 403, check: 'revoked' });
  expect(await connectAs('c3', await redeemTicket(runtime, ticket))).toEqual({
    refused: 403,
    check: 'revoked',
  });
  for (const path of ['/actions/stats', '/stats', '/tickets']) {
    expect((await http(path, token)).status, path).toBe(403);
  }
  await runtime.clock.advance(leewayMs + 1);
  await open('c4');
  expect((await auth('c4', token)).payload).toMatchObject({ code: 'forbidden' });
  await runtime.clock.advance(60_000);
  expect(await connectAs('c5', await shake(token))).toEqual({ refused: 403, check: 'revoked' });
});

test('a revoked token that allows less than its connection’s is refused, and nothing is written', async () => {
  const iat = runtime.clock.now() / 1000;
  const claims = { sub: 'ann', tenant: 't', roles: ['client'], client_ids: ['acme'] };
  const token = runtime.tokens.issue({ ...claims, iat, exp: iat + 3600 });
  await revoke('r');
  await runtime.clock.advance(leewayMs + 1);
  const staff = await openConnection(runtime, 'c1', principal(runtime), { batch: true });
  await staff.ask('s', { action: 'subscribe', topic: 'client:acme' });
  const before = runtime.table.dump();
  expect((await auth('c1', token)).payload).toMatchObject({ code: 'forbidden' });
  expect(runtime.table.dump()).toEqual(before);
});

test('a token from further ahead than the leeway is taken at no API', async () => {
  await open('c1');
  const token = tokenAhead(leewayMs + 1000);
  expect(await shake(token)).toEqual({ refused: 401, check: 'time' });
  expect((await auth('c1', token)).payload).toMatchObject({ code: 'unauthenticated' });
  for (const path of ['/actions/stats', '/stats', '/tickets']) {
    expect((await http(path, token)).status, path).toBe(401);
  }
});

test('a device that is revoked inside its handshake keeps its slot until it is closed', async () => {
  // `$connect` has run, and its answer is on its way: API Gateway calls the socket gone.
  await connect(runtime, 'c1', principal(runtime));
  await revoke('r');
  const slots = async () => (await runtime.table.query({ pk: 'USER#t#ann', prefix: 'SLOT#' })).rows.length;
  expect(await slots()).toBe(1);
  runtime.sockets.open('c1');
  await runtime.clock.advance(2 * 60_000);
  await reap(runtime);
  expect([runtime.sockets.opened(), await slots()]).toEqual([[], 0]);
});
