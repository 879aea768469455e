import { expect, inject, test } from 'vitest';
import { openClient } from '../support/client.ts';
import { newTenant, type Tenant } from '../support/flow.ts';
import { ownStack } from '../support/ownStack.ts';

const { wsUrl, httpUrl } = inject('localStack');
const { stack, tenant: ownTenant } = ownStack();
const carla = { user: 'carla', roles: ['client'], clients: ['acme'] } as const;
const admin = (tenant: Tenant) => tenant.connect({ user: 'root', roles: ['admin'] });

async function get(token: string) {
  const answer = await fetch(`${httpUrl}/actions/engagement.get`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ payload: { clientId: 'acme' } }),
  });
  return { status: answer.status, body: (await answer.json()) as { payload: { code?: string } } };
}

test('a revoked user’s devices all get 4403 and are closed, before the ack; nobody else’s are', async () => {
  const tenant = newTenant();
  const root = await admin(tenant);
  const devices = [await tenant.connect(carla), await tenant.connect(carla), await tenant.connect(carla)];
  const other = await tenant.clientUser('cosima', 'acme');
  const namesake = await newTenant().connect(carla);
  const ack = await root.ask('user.revoke', { payload: { userId: 'carla' } });
  expect(ack).toMatchObject({ type: 'ack', payload: { revokedAt: expect.any(Number) } });
  for (const device of devices) {
    expect((await device.closed).code).toBe(1000);
    expect(device.of('disconnect')).toMatchObject([{ payload: { code: 4403, reconnect: 'never' } }]);
  }
  for (const spared of [other, namesake]) {
    await spared.settled();
    expect(spared.of('disconnect')).toEqual([]);
  }
});

test('the tokens issued before no longer open, make a ticket, or act over HTTP', async () => {
  const tenant = newTenant();
  const root = await admin(tenant);
  const token = await tenant.token(carla);
  const ticket = (await tenant.http(carla, 'POST', '/tickets')).body as { ticket: string };
  expect((await get(token)).status).toBe(200);
  await root.ask('user.revoke', { payload: { userId: 'carla' } });
  await expect(openClient(wsUrl, { token })).rejects.toThrow('refused with 403');
  await expect(openClient(wsUrl, { query: `?ticket=${ticket.ticket}` })).rejects.toThrow('refused with 403');
  expect(await get(token)).toMatchObject({ status: 403, body: { payload: { code: 'forbidden' } } });
});

test('a token issued after a revocation opens; the older one does not renew it, and a repeat of the ref spares it', async () => {
  const own = ownTenant();
  const root = await admin(own);
  const old = await own.token(carla);
  const revoke = { ref: 'once', payload: { userId: 'carla' } } as const;
  const first = await root.ask('user.revoke', revoke);
  // Past the leeway for the issuer's clock, and the second that an `iat` is written in.
  await stack().clock.advance(6000);
  const back = await own.connect(carla);
  const renewal = await back.ask('auth', { payload: { token: old } });
  expect(renewal.payload).toMatchObject({ code: 'forbidden' });
  const again = await root.ask('user.revoke', revoke);
  expect(again.payload).toEqual({ ...first.payload, dup: true });
  await back.settled();
  expect(back.of('disconnect')).toEqual([]);
  expect((await own.http(carla, 'POST', '/tickets')).status).toBe(201);
});

test('an issuer whose clock is ahead by the leeway keeps nobody from being revoked', async () => {
  const own = ownTenant();
  const root = await admin(own);
  const ahead = { ...carla, claims: { iat: Math.floor(stack().clock.now() / 1000) + 4 } };
  const token = await own.token(ahead);
  const device = await openClient(stack().wsUrl, { token });
  const { ticket } = (await own.http(ahead, 'POST', '/tickets')).body as { ticket: string };
  await root.ask('user.revoke', { payload: { userId: 'carla' } });
  expect((await device.closed).code).toBe(1000);
  for (const opening of [{ token }, { query: `?ticket=${ticket}` }]) {
    await expect(openClient(stack().wsUrl, opening)).rejects.toThrow('refused with 403');
  }
  const body = { payload: { clientId: 'acme' } };
  expect((await own.http(ahead, 'POST', '/actions/engagement.get', body)).status).toBe(403);
});

test('a device that could not get the reason is closed all the same', async () => {
  const own = ownTenant();
  const root = await admin(own);
  const device = await own.connect(carla);
  stack().faults.inject({ op: 'post', outcome: 'error-after', count: 20 });
  const answer = await root.ask('user.revoke', { payload: { userId: 'carla' } });
  stack().faults.clear({});
  expect(answer.type).toBe('ack');
  expect((await device.closed).code).toBe(1000);
});

test('only an admin may revoke', async () => {
  const tenant = newTenant();
  for (const role of ['msp', 'client', 'service'] as const) {
    const who = await tenant.connect({ user: role, roles: [role], clients: ['acme'] });
    const answer = await who.ask('user.revoke', { payload: { userId: 'carla' } });
    expect(answer.payload).toMatchObject({ code: 'forbidden' });
  }
});
