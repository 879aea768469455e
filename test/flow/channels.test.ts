import { expect, test } from 'vitest';
import { newTenant } from '../support/flow.ts';

const topic = 'orders:acme';

test('3.4a, 4: what is published on a channel reaches its client’s users and the staff, and is there for who comes later', async () => {
  const tenant = newTenant();
  const [sam, ann] = [await tenant.staff('sam'), await tenant.clientUser('ann', 'acme')];
  const otto = await tenant.clientUser('otto', 'globex');
  await ann.ask('subscribe', { topic });
  await sam.ask('subscribe', { topic: 'orders:*' });
  expect((await otto.ask('subscribe', { topic })).payload.code).toBe('forbidden');
  expect((await otto.ask('channel.publish', { topic, payload: { data: 1 } })).payload.code).toBe('forbidden');
  const service = { user: 'shop', roles: ['service'] } as const;
  const messages = [{ order: 1 }, { order: 2 }, { order: 3 }];
  const several = { topic, ref: 'three', payload: { messages } };
  const answer = await tenant.http(service, 'POST', '/actions/channel.publish', several);
  expect(answer).toMatchObject({ status: 200, body: { payload: { seq: 3 } } });
  for (const one of [ann, sam]) {
    await one.until(({ type, seq }) => type === 'channel.message' && seq === 3);
    const got = one.of('channel.message').toSorted((a, b) => Number(a.seq) - Number(b.seq));
    expect(got.map(({ seq, payload }) => [seq, payload.data])).toEqual(
      messages.map((data, n) => [n + 1, data]),
    );
    expect(got[0]).toMatchObject({ topic, from: 'shop' });
  }
  const late = await tenant.clientUser('late', 'acme');
  const { payload } = await late.ask('subscribe', { topic, payload: { last: 2 } });
  expect(payload).toMatchObject({ seq: 3, recovered: false, events: [{ seq: 2 }, { seq: 3 }] });
  const { behind } = (await sam.ask('sync', { payload: { heads: { 'orders:*': { at: 0 } } } })).payload;
  expect(behind).toMatchObject({ [topic]: { seq: 3 } });
});

test('4: presence.set is seen by who is on the channel, with the next presence frame', async () => {
  const tenant = newTenant();
  const [sam, ann] = [await tenant.staff('sam'), await tenant.clientUser('ann', 'acme')];
  for (const one of [sam, ann]) await one.ask('subscribe', { topic });
  const data = { typing: true };
  expect((await ann.ask('presence.set', { topic, payload: { data } })).type).toBe('ack');
  const shown = await sam.until(({ type, payload }) => type === 'presence' && payload.data !== undefined);
  expect(shown).toMatchObject({ topic, payload: { data: [{ userId: 'ann', data }] } });
});
