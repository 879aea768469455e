import { expect, inject, test } from 'vitest';
import { newTenant } from '../support/flow.ts';

const { httpUrl } = inject('localStack');
const staff = { user: 'staff', roles: ['msp'] } as const;

test('an action by HTTP has the same effect, answer and idempotency as by socket', async () => {
  const tenant = newTenant();
  const user = await tenant.clientUser('carla', 'acme');
  const body = { ref: 'h1', payload: { clientId: 'acme', kind: 'login' } };
  const first = await tenant.http(staff, 'POST', '/actions/interaction.record', body);
  expect(first).toMatchObject({
    status: 200,
    body: { type: 'ack', ref: 'h1', payload: { total: 1, seq: 1 } },
  });
  expect((await user.type('interaction')).payload.total).toBe(1);
  const second = await tenant.http(staff, 'POST', '/actions/interaction.record', body);
  expect(second.body).toMatchObject({ payload: { total: 1, dup: true } });
});

test('a request that came by socket and comes again by HTTP is done once', async () => {
  const tenant = newTenant();
  const socket = await tenant.connect(staff);
  const request = { ref: 'twice', payload: { clientId: 'acme', kind: 'login' } };
  const first = await socket.ask('interaction.record', request);
  const second = await tenant.http(staff, 'POST', '/actions/interaction.record', request);
  expect(second.body).toMatchObject({ payload: { ...first.payload, dup: true } });
  const other = { ...request, payload: { clientId: 'acme', kind: 'call' } };
  expect((await tenant.http(staff, 'POST', '/actions/interaction.record', other)).status).toBe(409);
});

test('each kind of refusal has its HTTP status', async () => {
  const tenant = newTenant();
  const user = { user: 'carla', roles: ['client'], clients: ['acme'] } as const;
  const post = (person: typeof staff | typeof user, action: string, body: object) =>
    tenant.http(person, 'POST', `/actions/${action}`, body);
  expect((await post(staff, 'interaction.record', { payload: {} })).status).toBe(400);
  expect((await post(user, 'engagement.update', { payload: { clientId: 'acme', status: 'x' } })).status).toBe(
    403,
  );
  expect((await post(staff, 'no.such', {})).status).toBe(404);
  expect((await post(staff, 'subscribe', { topic: 'tenant' })).status).toBe(404);
  expect((await post(staff, 'alert.acknowledge', { payload: { alertId: 'none' } })).status).toBe(404);
  const used = { ref: 'x', payload: { clientId: 'acme', kind: 'a' } };
  await post(staff, 'interaction.record', used);
  expect(
    (await post(staff, 'interaction.record', { ...used, payload: { clientId: 'acme', kind: 'b' } })).status,
  ).toBe(409);
  expect(
    (await post(staff, 'message.send', { payload: { userId: 'u', body: 'x'.repeat(33_000) } })).status,
  ).toBe(413);
  const nobody = await fetch(`${httpUrl}/actions/stats`, { method: 'POST' });
  expect(nobody.status).toBe(401);
  expect(await nobody.json()).toMatchObject({ type: 'error', payload: { code: 'unauthenticated' } });
});

test('5.1: a refusal that waiting helps against says how long in its head, as its body does', async () => {
  const token = await newTenant().token(staff);
  // Together they have more bytes than one may send to another in a minute.
  const send = () =>
    fetch(`${httpUrl}/actions/message.send`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ payload: { userId: 'carla', body: 'x'.repeat(31_000) } }),
    });
  const answers = await Promise.all(Array.from({ length: 10 }, send));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused).not.toEqual([]);
  for (const answer of refused) {
    const { payload } = (await answer.json()) as { readonly payload: { readonly retryAfterMs: number } };
    expect(answer.headers.get('retry-after')).toBe(String(Math.ceil(payload.retryAfterMs / 1_000)));
  }
  expect(answers.find(({ status }) => status === 200)?.headers.has('retry-after')).toBe(false);
});

test('a room is written to by HTTP without being in it', async () => {
  const tenant = newTenant();
  const ann = await tenant.staff('ann');
  await ann.ask('subscribe', { topic: 'room:lobby' });
  const sent = await tenant.http(staff, 'POST', '/actions/room.send', {
    topic: 'room:lobby',
    payload: { body: 'hi' },
  });
  expect(sent.status).toBe(200);
  expect((await ann.type('room.message')).payload.body).toBe('hi');
});

test('the statistics are for staff with a token', async () => {
  const tenant = newTenant();
  await tenant.staff('ann');
  const stats = await tenant.http(staff, 'GET', '/stats');
  expect(stats).toMatchObject({
    status: 200,
    body: { payload: { connections: 1, users: 1, byRole: { msp: 1 } } },
  });
  expect((await fetch(`${httpUrl}/stats`)).status).toBe(401);
  const user = { user: 'carla', roles: ['client'], clients: ['acme'] } as const;
  expect((await tenant.http(user, 'GET', '/stats')).status).toBe(403);
});

test('health says ok and the version, and nothing else', async () => {
  const { version } = (await import('../../packages/tidings/package.json', { with: { type: 'json' } }))
    .default;
  const health = await fetch(`${httpUrl}/health`);
  expect(await health.json()).toEqual({ ok: true, version });
});
