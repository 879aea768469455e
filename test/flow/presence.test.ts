import { afterEach, expect, test } from 'vitest';
import type { Client } from '../support/client.ts';
import type { Tenant } from '../support/flow.ts';
import { ownStack } from '../support/ownStack.ts';

const { stack, tenant: newTenant } = ownStack();
const topic = 'room:lobby';
afterEach(() => stack().faults.clear({}));

/** Second by second, each when all functions that run have ended: moving on past a timer waits for them. */
async function pass(seconds: number): Promise<void> {
  const { clock } = stack();
  for (let second = 0; second < seconds; second++) {
    clock.setTimeout(() => {}, 0);
    await clock.advance(1000);
  }
}

const enter = async (tenant: Tenant, user: string, room = topic): Promise<Client> => {
  const client = await tenant.clientUser(user, 'acme');
  expect((await client.ask('subscribe', { topic: room })).type).toBe('subscribed');
  return client;
};
const usersIn = async (of: Client) => {
  const { payload } = await of.ask('presence.get', { topic });
  return (payload.users as { userId: string }[]).map(({ userId }) => userId);
};
const isGone = (user: string, from: Client) => expect.poll(() => usersIn(from)).not.toContain(user);
/** What a client was told; a frame may come twice, with the same id. */
const updatesOf = async (client: Client) => {
  await client.settled();
  return [...new Map(client.of('presence').map(({ id, payload }) => [id, payload])).values()];
};

test('a room gets who joined, each user once however many devices', async () => {
  const tenant = newTenant();
  const ann = await enter(tenant, 'ann');
  await pass(2);
  const ben = await enter(tenant, 'ben');
  await enter(tenant, 'ben');
  await pass(3);
  expect(await updatesOf(ann)).toEqual([
    { joined: ['ann'], left: [], count: 1 },
    { joined: ['ben'], left: [], count: 2 },
  ]);
  expect(await updatesOf(ben)).toEqual([{ joined: ['ben'], left: [], count: 2 }]);
  const frame = ben.of('presence')[0];
  expect(frame).toEqual({
    type: 'presence',
    topic,
    id: expect.any(String),
    ts: expect.any(Number),
    payload: frame?.payload,
  });
});

test('a user has left when the last device has been away for 15 s, and not before', async () => {
  const tenant = newTenant();
  const ann = await enter(tenant, 'ann');
  const [phone, laptop] = [await enter(tenant, 'ben'), await enter(tenant, 'ben')];
  await pass(2);
  const before = (await updatesOf(ann)).length;
  await phone.close();
  await pass(19);
  expect(await updatesOf(ann)).toHaveLength(before);
  await laptop.close();
  await isGone('ben', ann);
  await pass(9);
  expect(await updatesOf(ann)).toHaveLength(before);
  await pass(9);
  expect((await updatesOf(ann)).slice(before)).toEqual([{ joined: [], left: ['ben'], count: 1 }]);
});

test('who unsubscribes has left after the same 15 s, and gets no update itself', async () => {
  const tenant = newTenant();
  const [ann, ben] = [await enter(tenant, 'ann'), await enter(tenant, 'ben')];
  await pass(2);
  const before = [(await updatesOf(ann)).length, (await updatesOf(ben)).length] as const;
  await ben.ask('unsubscribe', { topic });
  await pass(9);
  expect(await updatesOf(ann)).toHaveLength(before[0]);
  await pass(9);
  expect((await updatesOf(ann)).slice(before[0])).toEqual([{ joined: [], left: ['ben'], count: 1 }]);
  expect(await updatesOf(ben)).toHaveLength(before[1]);
});

test('a reconnect makes no noise', async () => {
  const tenant = newTenant();
  const ann = await enter(tenant, 'ann');
  const ben = await enter(tenant, 'ben');
  await pass(2);
  const before = (await updatesOf(ann)).length;
  ben.drop();
  await isGone('ben', ann);
  await pass(6);
  const again = await enter(tenant, 'ben');
  await pass(30);
  expect(await updatesOf(ann)).toHaveLength(before);
  expect(await updatesOf(again)).toEqual([]);
});

test('all who come at once are in one frame, and a room that empties at once in one more', async () => {
  const tenant = newTenant();
  const ann = await enter(tenant, 'ann');
  await pass(2);
  const names = Array.from({ length: 12 }, (_, n) => `user-${n}`);
  const crowd = await Promise.all(names.map((user) => tenant.clientUser(user, 'acme')));
  await Promise.all(crowd.map((one) => one.ask('subscribe', { topic })));
  await pass(3);
  const [, ...joins] = await updatesOf(ann);
  expect(joins.length).toBeLessThanOrEqual(2);
  expect(joins.flatMap(({ joined }) => joined as string[]).sort()).toEqual([...names].sort());
  for (const one of crowd) one.drop();
  await expect.poll(() => usersIn(ann)).toEqual(['ann']);
  await pass(19);
  const leaves = (await updatesOf(ann)).slice(1 + joins.length);
  expect(leaves.length).toBeLessThanOrEqual(2);
  expect(leaves.flatMap(({ left }) => left as string[]).sort()).toEqual([...names].sort());
  expect(leaves.at(-1)).toMatchObject({ count: 1 });
});

test('presence stays within its room and its tenant', async () => {
  const tenant = newTenant();
  const ann = await enter(tenant, 'ann');
  const other = await enter(tenant, 'otto', 'room:other');
  const stranger = await enter(newTenant(), 'ben');
  await pass(2);
  expect(await updatesOf(ann)).toEqual([{ joined: ['ann'], left: [], count: 1 }]);
  expect(await updatesOf(other)).toEqual([{ joined: ['otto'], left: [], count: 1 }]);
  expect(await updatesOf(stranger)).toEqual([{ joined: ['ben'], left: [], count: 1 }]);
});

test.each([
  [
    'a post finds it gone',
    async (tenant: Tenant) => {
      const staff = await tenant.staff();
      await pass(61);
      stack().faults.inject({ op: 'post', outcome: 'gone', count: 1 });
      await staff.ask('message.send', { payload: { userId: 'ben', body: 'are you there?' } });
    },
  ],
  ['the reaper finds that its token is over', async () => pass(155)],
  [
    'its user is revoked',
    async (tenant: Tenant) => {
      const admin = await tenant.connect({ user: 'root', roles: ['admin'] });
      await admin.ask('user.revoke', { payload: { userId: 'ben' } });
    },
  ],
])('a device whose end is not reported has left when %s', async (_how, find) => {
  const tenant = newTenant();
  const ann = await enter(tenant, 'ann');
  const ben = await tenant.connect({ user: 'ben', roles: ['client'], clients: [], expiresIn: '90s' });
  await ben.ask('subscribe', { topic });
  await pass(2);
  const before = (await updatesOf(ann)).length;
  stack().faults.inject({ op: 'disconnect', outcome: 'lost' });
  await find(tenant);
  await isGone('ben', ann);
  await pass(19);
  expect((await updatesOf(ann)).slice(before)).toEqual([{ joined: [], left: ['ben'], count: 1 }]);
});

test('messages that come twice send nothing twice', async () => {
  const tenant = newTenant();
  stack().faults.inject({ op: 'deliver', outcome: 'double' });
  const ann = await enter(tenant, 'ann');
  await pass(2);
  const ben = await enter(tenant, 'ben');
  await pass(2);
  await ben.close();
  await isGone('ben', ann);
  await pass(19);
  expect(await updatesOf(ann)).toEqual([
    { joined: ['ann'], left: [], count: 1 },
    { joined: ['ben'], left: [], count: 2 },
    { joined: [], left: ['ben'], count: 1 },
  ]);
});

test('what a lost message should have sent is sent with the next one who comes', async () => {
  const tenant = newTenant();
  const ann = await enter(tenant, 'ann');
  await pass(2);
  stack().faults.inject({ op: 'deliver', outcome: 'error', count: 1 });
  await enter(tenant, 'ben');
  await pass(8);
  expect(await updatesOf(ann)).toHaveLength(1);
  await enter(tenant, 'carla');
  await pass(3);
  expect((await updatesOf(ann)).slice(1)).toEqual([{ joined: ['ben', 'carla'], left: [], count: 3 }]);
});
