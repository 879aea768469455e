import { expect, test } from 'vitest';
import { newTenant } from '../support/flow.ts';

test('a recorded interaction reaches the client’s user and the provider’s staff', async () => {
  const tenant = newTenant();
  const staff = await tenant.staff();
  const user = await tenant.clientUser('carla', 'acme');
  const ack = await user.ask('interaction.record', {
    ref: 'r1',
    payload: { clientId: 'acme', kind: 'login' },
  });
  expect(ack.payload).toMatchObject({ total: 1, seq: 1 });
  for (const who of [staff, user]) {
    expect(await who.type('interaction')).toMatchObject({
      topic: 'client:acme',
      seq: 1,
      from: 'carla',
      payload: { clientId: 'acme', kind: 'login', by: 1, total: 1, totals: { login: 1 } },
    });
  }
  expect(staff.of('interaction')[0]).toEqual(user.of('interaction')[0]);
});

test('recording with the same ref again counts once and gives the first answer', async () => {
  const tenant = newTenant();
  const user = await tenant.clientUser('carla', 'acme');
  const ask = { ref: 'once', payload: { clientId: 'acme', kind: 'login', by: 3 } };
  const first = await user.ask('interaction.record', ask);
  const second = await user.ask('interaction.record', ask);
  expect(second.payload).toEqual({ ...first.payload, dup: true });
  const other = await user.ask('interaction.record', {
    ...ask,
    payload: { clientId: 'acme', kind: 'logout' },
  });
  expect(other.payload).toMatchObject({ code: 'conflict', retryable: false });
  const now = await user.ask('engagement.get', { payload: { clientId: 'acme' } });
  expect(now.payload.totals).toEqual({ login: 3 });
});

test('an engagement update reaches both sides and is what a later reader gets', async () => {
  const tenant = newTenant();
  const staff = await tenant.staff();
  const user = await tenant.clientUser('carla', 'acme');
  const ack = await staff.ask('engagement.update', {
    payload: { clientId: 'acme', status: 'active', score: 80 },
  });
  expect(ack.payload).toMatchObject({ version: 1, seq: 1 });
  for (const who of [staff, user]) {
    const { payload } = await who.type('engagement');
    expect(payload).toMatchObject({ clientId: 'acme', status: 'active', score: 80, note: null, version: 1 });
  }
  await staff.ask('engagement.update', { payload: { clientId: 'acme', note: 'renewal in May' } });
  const got = await user.ask('engagement.get', { payload: { clientId: 'acme' } });
  expect(got.payload).toMatchObject({
    status: 'active',
    score: 80,
    note: 'renewal in May',
    version: 2,
    totals: {},
  });
});

test('broadcasts stay with their client: another client’s user and another tenant see nothing', async () => {
  const tenant = newTenant();
  const staff = await tenant.staff();
  const own = await tenant.clientUser('carla', 'acme');
  const other = await tenant.clientUser('otto', 'globex');
  const stranger = await newTenant().staff();
  await staff.ask('engagement.update', { ref: 'b', payload: { clientId: 'acme', status: 'active' } });
  await staff.type('fanout.complete');
  await own.type('engagement');
  await other.settled();
  await stranger.settled();
  expect(other.of('engagement')).toEqual([]);
  expect(stranger.of('engagement')).toEqual([]);
});

test('who is staff and a client’s user at once gets each event once', async () => {
  const tenant = newTenant();
  const dual = await tenant.connect({ user: 'dora', roles: ['msp', 'client'], clients: ['acme'] });
  await dual.ask('interaction.record', { ref: 'd', payload: { clientId: 'acme', kind: 'call' } });
  await dual.type('fanout.complete');
  await dual.settled();
  expect(dual.of('interaction')).toHaveLength(1);
  const hello = await dual.ask('hello', { payload: { v: 1, clientId: 'tab-1' } });
  expect(hello.payload.roles).toEqual(['msp', 'client']);
});

test('a client’s user may record for its own client and read it, and change nothing else', async () => {
  const tenant = newTenant();
  const user = await tenant.clientUser('carla', 'acme');
  const refused = [
    await user.ask('interaction.record', { payload: { clientId: 'globex', kind: 'login' } }),
    await user.ask('engagement.get', { payload: { clientId: 'globex' } }),
    await user.ask('engagement.update', { payload: { clientId: 'acme', status: 'active' } }),
    await user.ask('alert.raise', { payload: { to: { tenant: true }, severity: 'info', title: 'Hi' } }),
    await user.ask('stats'),
    await user.ask('subscribe', { topic: 'client:globex' }),
    await user.ask('subscribe', { topic: 'client:*' }),
    await user.ask('subscribe', { topic: 'msp' }),
  ];
  for (const answer of refused)
    expect(answer).toMatchObject({ type: 'error', payload: { code: 'forbidden' } });
});

test('staff may see every client, raise alerts and read the statistics', async () => {
  const tenant = newTenant();
  const staff = await tenant.staff();
  const allowed = [
    await staff.ask('interaction.record', { payload: { clientId: 'acme', kind: 'call' } }),
    await staff.ask('engagement.get', { payload: { clientId: 'globex' } }),
    await staff.ask('subscribe', { topic: 'client:globex' }),
    await staff.ask('alert.raise', { payload: { to: { clientId: 'acme' }, severity: 'info', title: 'Hi' } }),
    await staff.ask('stats'),
  ];
  expect(allowed.map((answer) => answer.type)).toEqual(['ack', 'ack', 'subscribed', 'ack', 'ack']);
});

test('the tenant comes from the token: naming another in a frame changes nothing', async () => {
  const [one, two] = [newTenant(), newTenant()];
  const staff = await one.staff();
  const outsider = await two.staff();
  staff.sendText(
    JSON.stringify({
      action: 'interaction.record',
      ref: 't',
      tenant: two.name,
      payload: { clientId: 'acme', kind: 'login', tenant: two.name },
    }),
  );
  await staff.type('fanout.complete');
  await outsider.settled();
  expect(outsider.of('interaction')).toEqual([]);
  const there = await outsider.ask('engagement.get', { payload: { clientId: 'acme' } });
  expect(there.payload.totals).toEqual({});
});

test('4: a kind that is forgotten is gone with its counter, for everybody, and begins anew', async () => {
  const tenant = newTenant();
  const staff = await tenant.staff();
  const user = await tenant.clientUser('carla', 'acme');
  const record = (kind: string) => user.ask('interaction.record', { payload: { clientId: 'acme', kind } });
  for (const kind of ['login', 'junk', 'junk']) await record(kind);
  const forget = { payload: { clientId: 'acme', kind: 'junk' } };
  expect((await user.ask('interaction.forget', forget)).payload.code).toBe('forbidden');
  expect((await staff.ask('interaction.forget', forget)).payload).toMatchObject({ seq: 4 });
  for (const who of [staff, user]) {
    expect(await who.type('interaction.forgotten')).toMatchObject({
      topic: 'client:acme',
      payload: { clientId: 'acme', kind: 'junk', totals: { login: 1 } },
    });
  }
  expect((await staff.ask('interaction.forget', forget)).payload.code).toBe('not_found');
  expect((await record('junk')).payload).toMatchObject({ total: 1, seq: 5 });
});
