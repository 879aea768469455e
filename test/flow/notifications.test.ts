import { expect, test } from 'vitest';
import type { Client, Frame } from '../support/client.ts';
import { newTenant, type Tenant } from '../support/flow.ts';

interface Item {
  id: string;
  kind: string;
  title: string;
  at: number;
  read: boolean;
}
interface List {
  items: Item[];
  unread: number;
  cursor?: string;
}

const send = async (from: Client, userId: string, title: string, more: object = {}) => {
  const ack = await from.ask('notification.send', { payload: { userId, kind: 'loan', title, ...more } });
  expect(ack.type).toBe('ack');
  return ack.payload as unknown as { id: string; epoch: string; seq: number };
};
const list = async (of: Client, payload: object = {}) =>
  (await of.ask('notification.list', { payload })).payload as unknown as List;
const snapshot = async (of: Client) => (await of.ask('subscribe', { topic: 'user:me' })).payload;
const titles = ({ items }: List) => items.map(({ title }) => title);
const device = (tenant: Tenant, user = 'carla') => tenant.clientUser(user, 'acme');
const nth = (count: number) => Array.from({ length: count }, (_, n) => n + 1);

test('a notification is delivered to all devices of its user and to nobody else, and is listed', async () => {
  const tenant = newTenant();
  const staff = await tenant.staff();
  const [phone, laptop, other] = [await device(tenant), await device(tenant), await device(tenant, 'otto')];
  const data = { loan: 7, link: '/loans/7', big: 1e200 };
  const { id, seq } = await send(staff, 'carla', 'Approved', { body: 'The loan is yours.', data });
  for (const who of [phone, laptop]) {
    const frame = await who.type('notification');
    expect(frame).toMatchObject({ topic: 'user:me', seq, from: 'staff' });
    expect(frame.payload).toEqual({
      ...{ id, kind: 'loan', title: 'Approved', body: 'The loan is yours.', data },
      ...{ at: expect.any(Number), read: false, unread: 1 },
    });
  }
  const { unread, ...item } = phone.of('notification')[0]?.payload ?? {};
  expect(await list(laptop)).toEqual({ items: [item], unread });
  await other.settled();
  expect(other.of('notification')).toEqual([]);
  expect(await list(other)).toEqual({ items: [], unread: 0 });
});

test('what one device reads, all devices see within one frame, with the count that is left', async () => {
  const tenant = newTenant();
  const staff = await tenant.staff();
  const [phone, laptop] = [await device(tenant), await device(tenant)];
  const sent = [await send(staff, 'carla', 'one'), await send(staff, 'carla', 'two')] as const;
  const ack = await phone.ask('notification.read', { payload: { ids: [sent[0].id] } });
  expect(ack.payload).toMatchObject({ ids: [sent[0].id], unread: 1, seq: 3 });
  for (const who of [phone, laptop]) {
    const frame = await who.type('notification.read');
    expect(frame).toMatchObject({ topic: 'user:me', seq: 3, payload: { ids: [sent[0].id], unread: 1 } });
  }
  const { items, unread } = await list(laptop);
  expect(items.map(({ title, read }) => [title, read])).toEqual([
    ['two', false],
    ['one', true],
  ]);
  expect(unread).toBe(1);
  expect(await snapshot(laptop)).toMatchObject({ seq: 3, snapshot: { unread: 1 } });
});

test('reading again, or what is not one’s own, changes nothing and gives the count', async () => {
  const tenant = newTenant();
  const staff = await tenant.staff();
  const carla = await device(tenant);
  const [mine, others] = [await send(staff, 'carla', 'mine'), await send(staff, 'otto', 'his')];
  expect(mine.id).not.toBe(others.id);
  const foreign = { ids: [others.id, 'no-such', '', 'zzzzzzzz'].filter((id) => id !== '') };
  expect((await carla.ask('notification.read', { payload: foreign })).payload).toEqual({
    ids: [],
    unread: 1,
  });
  const twice = { ids: [mine.id, mine.id, 'no-such'] };
  expect((await carla.ask('notification.read', { payload: twice })).payload).toMatchObject({
    ids: [mine.id],
    unread: 0,
  });
  expect((await carla.ask('notification.read', { payload: twice })).payload).toEqual({ ids: [], unread: 0 });
  await carla.settled();
  expect(carla.of('notification.read')).toHaveLength(1);
  expect((await list(await device(tenant, 'otto'))).unread).toBe(1);
});

test('the list is filtered by kind and by what is unread, newest first, page by page', async () => {
  const tenant = newTenant();
  const staff = await tenant.staff();
  const carla = await device(tenant);
  for (const n of nth(12)) await send(staff, 'carla', `n${n}`, { kind: n % 3 === 0 ? 'task' : 'loan' });
  expect(titles(await list(carla, { kind: 'task' }))).toEqual(['n12', 'n9', 'n6', 'n3']);
  const { items } = await list(carla);
  const read = items.filter(({ kind }) => kind === 'task').map(({ id }) => id);
  await carla.ask('notification.read', { payload: { ids: read.slice(0, 3) } });
  expect(titles(await list(carla, { kind: 'task', unread: true }))).toEqual(['n3']);
  const seen: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await list(carla, { unread: true, limit: 4, ...(cursor !== undefined && { cursor }) });
    expect(page.unread).toBe(9);
    seen.push(...titles(page));
    cursor = page.cursor;
    if (cursor === undefined) break;
  }
  expect(seen).toEqual(['n11', 'n10', 'n8', 'n7', 'n5', 'n4', 'n3', 'n2', 'n1']);
});

test('a page of large notifications stays under a frame and says where to go on', async () => {
  const tenant = newTenant();
  const staff = await tenant.staff();
  const carla = await device(tenant);
  for (const n of nth(5)) await send(staff, 'carla', `n${n}`, { body: 'é'.repeat(6000) });
  const first = await carla.ask('notification.list', { payload: { limit: 5 } });
  expect(Buffer.byteLength(JSON.stringify(first))).toBeLessThan(32_000);
  const page = first.payload as unknown as List;
  expect(titles(page)).toEqual(['n5', 'n4']);
  const next = await list(carla, { cursor: page.cursor });
  expect(titles(next)).toEqual(['n3', 'n2']);
  expect(titles(await list(carla, { cursor: next.cursor }))).toEqual(['n1']);
});

test('several users have their own notifications, and staff of another tenant cannot reach them', async () => {
  const tenant = newTenant();
  const staff = await tenant.staff();
  const stranger = await newTenant().staff();
  const users = ['carla', 'cosima', 'otto'];
  const devices = await Promise.all(users.map((user) => device(tenant, user)));
  await Promise.all(users.map((user) => send(staff, user, `for ${user}`)));
  await send(stranger, 'carla', 'from elsewhere');
  for (const [index, who] of devices.entries()) {
    expect((await who.type('notification')).payload.title).toBe(`for ${users[index]}`);
    await who.settled();
    expect(who.of('notification')).toHaveLength(1);
    expect(await list(who)).toMatchObject({ items: [{ title: `for ${users[index]}` }], unread: 1 });
  }
});

test('who was away gets what was sent meanwhile on return, and the list has it too', async () => {
  const tenant = newTenant();
  const staff = await tenant.staff();
  const first = await device(tenant);
  const { epoch, seq } = (await snapshot(first)) as unknown as { epoch: string; seq: number };
  await send(staff, 'carla', 'while open');
  await first.type('notification');
  await first.close();
  await send(staff, 'carla', 'while away');
  const back = await device(tenant);
  const { payload } = await back.ask('subscribe', {
    topic: 'user:me',
    payload: { since: { epoch, seq: seq + 1 } },
  });
  expect(payload).toMatchObject({
    recovered: true,
    events: [{ payload: { title: 'while away', unread: 2 } }],
  });
  expect(titles(await list(back))).toEqual(['while away', 'while open']);
  expect((await snapshot(back)).snapshot).toMatchObject({ unread: 2 });
  await send(staff, 'carla', 'back again');
  expect((await back.type('notification')).payload.unread).toBe(3);
});

test('the count is exact while many send, read and read everything at once', async () => {
  const tenant = newTenant();
  const staff = await tenant.connect({ user: 'crm', roles: ['service'] });
  const carla = await device(tenant);
  const before = await Promise.all(nth(8).map((n) => send(staff, 'carla', `before ${n}`)));
  const ids = before.map(({ id }) => id);
  expect(new Set(ids).size).toBe(8);
  await Promise.all([
    ...nth(6).map((n) => send(staff, 'carla', `during ${n}`)),
    ...[ids.slice(0, 4), ids.slice(2, 6)].map((part) =>
      carla.ask('notification.read', { payload: { ids: part } }),
    ),
    carla.ask('notification.read', { payload: { all: true } }),
  ]);
  const now = await list(carla, { limit: 100 });
  expect(now.items).toHaveLength(14);
  expect(now.unread).toBe(now.items.filter(({ read }) => !read).length);
  const newest = now.items.slice(0, 10).map(({ id, kind, title, at }) => ({ id, kind, title, at }));
  expect((await snapshot(carla)).snapshot).toEqual({ unread: now.unread, alerts: [], notifications: newest });
  expect(ids.every((id) => now.items.find((item) => item.id === id)?.read)).toBe(true);
  await carla.until(
    () => bySeq(carla).length === (bySeq(carla).at(-1)?.seq ?? 0) && bySeq(carla).length > 14,
  );
  expect(countsAfterEach(carla)).toEqual(sentAfterEach(carla));
});

/** Each once: a post that took long is sent again. */
const bySeq = (client: Client) =>
  [
    ...new Map(
      [...client.of('notification'), ...client.of('notification.read')].map((frame) => [
        frame.seq ?? 0,
        frame,
      ]),
    ),
  ]
    .sort(([a], [b]) => a - b)
    .map(([, frame]) => frame);
const sentAfterEach = (client: Client) => bySeq(client).map(({ payload }) => payload.unread);
/** The counts that the events themselves come to, in the order of their numbers. */
function countsAfterEach(client: Client): number[] {
  let unread = 0;
  const change = ({ type, payload }: Frame) =>
    type === 'notification' ? 1 : -(payload.ids as readonly string[]).length;
  return bySeq(client).map((frame) => {
    unread += change(frame);
    return unread;
  });
}

test('hundreds are read with one request, and a repeat of its ref changes nothing', async () => {
  const tenant = newTenant();
  const carla = await device(tenant);
  // As many as a user's burst allows, by each of a few.
  const services = await Promise.all(
    nth(5).map((n) => tenant.connect({ user: `crm-${n}`, roles: ['service'] })),
  );
  await Promise.all(
    services.map(async (one) => {
      for (const n of nth(40)) expect((await one.ask('notification.send', sending(n))).type).toBe('ack');
    }),
  );
  expect((await list(carla)).unread).toBe(200);
  const hundred = (await list(carla, { limit: 100 })).items.map(({ id }) => id);
  const some = await carla.ask('notification.read', { payload: { ids: hundred } });
  expect(some.payload.unread).toBe(200 - hundred.length);
  const all = await carla.ask('notification.read', { ref: 'all', payload: { all: true } });
  expect(all.payload).toMatchObject({ unread: 0, seq: 202 });
  expect(all.payload.ids).toHaveLength(200 - hundred.length);
  const again = await carla.ask('notification.read', { ref: 'all', payload: { all: true } });
  expect(again.payload).toEqual({ ...all.payload, dup: true });
  expect(await list(carla, { unread: true })).toEqual({ items: [], unread: 0 });
});

const sending = (n: number) => ({
  payload: { userId: 'carla', kind: 'bulk', title: `number ${n}` },
});

test('only staff and services may send, and what is wrong is named', async () => {
  const tenant = newTenant();
  const carla = await device(tenant);
  const refused = await carla.ask('notification.send', sending(1));
  expect(refused.payload).toMatchObject({ code: 'forbidden' });
  const wrong = async (action: string, payload: object) => {
    const answer = await carla.ask(action, { payload });
    expect(answer.payload.code).toBe('validation_failed');
    return (answer.payload.details as { path: string }[]).map(({ path }) => path);
  };
  expect(await wrong('notification.read', {})).toEqual(['payload']);
  expect(await wrong('notification.read', { ids: ['a'], all: true })).toEqual(['payload']);
  expect(await wrong('notification.list', { limit: 101 })).toEqual(['payload.limit']);
  expect(await wrong('notification.list', { cursor: 'made-up' })).toEqual(['payload.cursor']);
  expect(await wrong('notification.send', { userId: 'u', kind: 'k' })).toEqual(['payload.title']);
});
