import { expect, test } from 'vitest';
import type { Client, Frame } from '../support/client.ts';
import { newTenant } from '../support/flow.ts';

interface Subscribed {
  epoch: string;
  seq: number;
  recovered: boolean;
  events?: Frame[];
  more?: boolean;
  snapshot?: Record<string, unknown>;
}
const subscribe = async (client: Client, topic: string, payload?: object) => {
  const frame = await client.ask('subscribe', { topic, ...(payload && { payload }) });
  return frame.payload as unknown as Subscribed;
};
const record = (client: Client, clientId: string, kind = 'login') =>
  client.ask('interaction.record', { payload: { clientId, kind } });

test('3.4: the first subscription gets the snapshot at exactly its seq', async () => {
  const tenant = newTenant();
  const staff = await tenant.staff();
  for (let n = 0; n < 3; n++) await record(staff, 'acme');
  await staff.ask('engagement.update', { payload: { clientId: 'acme', status: 'active' } });
  const answer = await subscribe(await tenant.clientUser('carla', 'acme'), 'client:acme');
  expect(answer).toMatchObject({
    seq: 4,
    recovered: false,
    snapshot: { clientId: 'acme', engagement: { status: 'active', version: 1 }, totals: { login: 3 } },
  });
});

test('3.4: who comes back with a position gets every missed frame, as it was sent, oldest first', async () => {
  const tenant = newTenant();
  const staff = await tenant.staff();
  const { epoch } = await subscribe(staff, 'client:acme');
  for (let n = 0; n < 5; n++) await record(staff, 'acme');
  await staff.until((frame) => frame.type === 'interaction' && frame.seq === 5);
  const later = await tenant.clientUser('carla', 'acme');
  const answer = await subscribe(later, 'client:acme', { since: { epoch, seq: 2 } });
  expect(answer).toMatchObject({ epoch, seq: 5, recovered: true });
  expect(answer.events).toEqual(staff.of('interaction').slice(2));
  expect(answer.snapshot).toBeUndefined();
});

test('3.4: a position of another epoch, or beyond the head, is not recovered', async () => {
  const tenant = newTenant();
  const staff = await tenant.staff();
  await record(staff, 'acme');
  const { epoch } = await subscribe(staff, 'client:acme');
  const other = await subscribe(staff, 'client:acme', { since: { epoch: 'another', seq: 1 } });
  expect(other).toMatchObject({ epoch, seq: 1, recovered: false, snapshot: { totals: { login: 1 } } });
  const beyond = await subscribe(staff, 'client:acme', { since: { epoch, seq: 2 } });
  expect(beyond).toMatchObject({ seq: 1, recovered: false });
  expect(await subscribe(staff, 'client:acme', { since: { epoch, seq: 1 } })).toMatchObject({
    recovered: true,
    events: [],
  });
});

test('3.4: a long tail comes in pages that join without a hole', async () => {
  const tenant = newTenant();
  const staff = await tenant.staff();
  const body = 'x'.repeat(9000);
  for (let n = 0; n < 8; n++) await staff.ask('message.send', { payload: { userId: 'carla', body } });
  const carla = await tenant.clientUser('carla', 'acme');
  const { epoch } = await subscribe(carla, 'user:me');
  const seen: number[] = [];
  for (let since = 0, more = true; more; ) {
    const page = await subscribe(carla, 'user:me', { since: { epoch, seq: since } });
    expect(page.recovered).toBe(true);
    expect(JSON.stringify(page).length).toBeLessThan(32_000);
    seen.push(...(page.events ?? []).map((frame) => frame.seq ?? 0));
    since = page.seq;
    more = page.more === true;
  }
  expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('a message to who was offline is there on return', async () => {
  const tenant = newTenant();
  const staff = await tenant.staff();
  const carla = await tenant.clientUser('carla', 'acme');
  const { epoch, seq } = await subscribe(carla, 'user:me');
  await carla.close();
  await staff.ask('message.send', { payload: { userId: 'carla', body: 'while you were out' } });
  const back = await tenant.clientUser('carla', 'acme');
  const { events } = await subscribe(back, 'user:me', { since: { epoch, seq } });
  expect(events).toMatchObject([{ type: 'message', payload: { body: 'while you were out' } }]);
});

test('3.8: hello recovers everything at once and says where the other feeds stand', async () => {
  const tenant = newTenant();
  const staff = await tenant.staff();
  const { epoch } = await subscribe(staff, 'room:lobby');
  await staff.ask('room.send', { topic: 'room:lobby', payload: { body: 'one' } });
  const ben = await tenant.connect({ user: 'ben', roles: ['client'], clients: ['acme'] });
  const hello = await ben.ask('hello', {
    payload: {
      v: 1,
      clientId: 'tab-1',
      subs: [{ topic: 'room:lobby', since: { epoch, seq: 0 } }, { topic: 'client:acme' }, { topic: 'msp' }],
    },
  });
  expect(hello.payload).toMatchObject({
    userId: 'ben',
    tenant: tenant.name,
    roles: ['client'],
    limits: { frameBytes: 32_000, topicsPerConnection: 100, connectionsPerUser: 10 },
  });
  expect(hello.payload.subs).toMatchObject([
    { topic: 'user:me', seq: 0 },
    { topic: 'tenant', seq: 0 },
    { topic: 'room:lobby', seq: 1, recovered: true, events: [{ payload: { body: 'one' } }] },
    { topic: 'client:acme', recovered: false, snapshot: { clientId: 'acme' } },
    { topic: 'msp', error: { code: 'forbidden' } },
  ]);
  await staff.ask('room.send', { topic: 'room:lobby', payload: { body: 'two' } });
  expect(await ben.type('room.message')).toMatchObject({ seq: 2 });
});

test('3.8: what does not fit in the answer to hello says so, and the whole stays under a frame', async () => {
  const tenant = newTenant();
  const staff = await tenant.staff();
  const since = [];
  for (const room of ['a', 'b', 'c']) {
    const { epoch } = await subscribe(staff, `room:${room}`);
    since.push({ topic: `room:${room}`, since: { epoch, seq: 0 } });
    for (let n = 0; n < 2; n++) {
      await staff.ask('room.send', { topic: `room:${room}`, payload: { body: 'x'.repeat(9000) } });
    }
  }
  const hello = await staff.ask('hello', { payload: { v: 1, clientId: 'tab', subs: since } });
  expect(JSON.stringify(hello).length).toBeLessThan(32_000);
  const subs = hello.payload.subs as (Subscribed & { topic: string })[];
  const left = subs.filter((sub) => sub.more);
  expect(left.length).toBeGreaterThan(0);
  for (const { topic, epoch, seq } of left) {
    const rest = await subscribe(staff, topic, { since: { epoch, seq } });
    expect(rest.events?.map((frame) => frame.seq)).toEqual([1, 2].slice(seq));
  }
});

test('3.8: another version of the protocol is refused', async () => {
  const staff = await newTenant().staff();
  const answer = await staff.ask('hello', { payload: { v: 2, clientId: 'tab' } });
  expect(answer.payload).toMatchObject({ code: 'unsupported_version', retryable: false });
});

test('3.9: sync names exactly the topics that are behind', async () => {
  const tenant = newTenant();
  const staff = await tenant.staff();
  const acme = await subscribe(staff, 'client:acme');
  const globex = await subscribe(staff, 'client:globex');
  await record(staff, 'acme');
  const heads = {
    'client:acme': { epoch: acme.epoch, seq: 0 },
    'client:globex': { epoch: globex.epoch, seq: 0 },
    tenant: 0,
  };
  const answer = await staff.ask('sync', { payload: { heads } });
  expect(answer.payload.behind).toEqual({ 'client:acme': { epoch: acme.epoch, seq: 1 } });
  const elsewhere = await staff.ask('sync', {
    payload: { heads: { 'client:globex': { epoch: 'old', seq: 0 } } },
  });
  expect(elsewhere.payload.behind).toEqual({ 'client:globex': { epoch: globex.epoch, seq: 0 } });
});

test('3.4, 3.9: client:* lists every client’s state, and by time those that changed', async () => {
  const tenant = newTenant();
  const staff = await tenant.staff();
  for (const client of ['acme', 'globex']) await record(staff, client);
  const all = await subscribe(staff, 'client:*');
  expect(all).toMatchObject({
    recovered: false,
    snapshot: {
      clients: [
        { clientId: 'acme', seq: 1, totals: { login: 1 }, engagement: { version: 0 } },
        { clientId: 'globex', seq: 1 },
      ],
    },
  });
  const future = Date.now() + 3_600_000;
  const none = await subscribe(staff, 'client:*', { since: { at: future } });
  expect(none.snapshot).toEqual({ clients: [] });
  const behind = (at: number) => staff.ask('sync', { payload: { heads: { 'client:*': { at } } } });
  expect((await behind(future)).payload.behind).toEqual({});
  expect(Object.keys((await behind(0)).payload.behind as object)).toEqual(['client:acme', 'client:globex']);
});

test('3.4: a long list of clients comes in pages by cursor', async () => {
  const tenant = newTenant();
  const note = 'n'.repeat(2000);
  const service = { user: 'crm', roles: ['service'] } as const;
  const ids = Array.from({ length: 20 }, (_, n) => `client-${String(n).padStart(2, '0')}`);
  for (const clientId of ids) {
    await tenant.http(service, 'POST', '/actions/engagement.update', { payload: { clientId, note } });
  }
  const staff = await tenant.staff();
  const seen: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const { snapshot } = await subscribe(staff, 'client:*', cursor === undefined ? {} : { cursor });
    const page = snapshot as { clients: { clientId: string }[]; cursor?: string };
    seen.push(...page.clients.map(({ clientId }) => clientId));
    cursor = page.cursor;
    if (cursor === undefined) break;
  }
  expect(seen).toEqual(ids);
});

test('6: a connection has at most 100 topics besides its feeds', async () => {
  const staff = await newTenant().staff();
  // In parts: a slow machine makes no hundred topics in the time that a request has.
  for (let from = 0; from < 100; from += 20) {
    const subs = Array.from({ length: 20 }, (_, n) => ({ topic: `room:r${from + n}` }));
    expect(await staff.ask('hello', { payload: { v: 1, clientId: 'tab', subs } })).toMatchObject({
      type: 'ack',
    });
  }
  const refused = await staff.ask('subscribe', { topic: 'room:one-more' });
  expect(refused.payload.code).toBe('limit_exceeded');
  expect((await staff.ask('subscribe', { topic: 'room:r0' })).type).toBe('subscribed');
  await staff.ask('unsubscribe', { topic: 'room:r0' });
  expect((await staff.ask('subscribe', { topic: 'room:one-more' })).type).toBe('subscribed');
});

test('3.8: a topic that is named twice is recovered like any other', async () => {
  const staff = await newTenant().staff();
  const subs = [{ topic: 'room:a' }, { topic: 'room:a' }];
  expect((await staff.ask('hello', { payload: { v: 1, clientId: 'tab', subs } })).type).toBe('ack');
});
