import { expect, test } from 'vitest';
import { openClient, startClient } from '../test/startClient.ts';
import { ownEvents } from './clientFeature.ts';

test('of a kind that no feature folds events come and are recovered, and a snapshot stays as it was given', async () => {
  const { server, client } = await openClient({ features: [] });
  server.topic('client:acme').snapshot = { totals: { login: 1 } };
  const acme = client.topic('client', 'acme');
  const seen: unknown[] = [];
  acme.on('*', ({ seq }) => seen.push(seq));
  await server.advance(0);
  server.publish('client:acme', 'interaction', { totals: { login: 2 } });
  server.drop();
  server.publish('client:acme', 'interaction', { totals: { login: 3 } });
  await server.advance(1_000);
  expect(seen).toEqual([1, 2]);
  expect(acme.position?.seq).toBe(2);
  expect(acme.snapshot).toEqual({ totals: { login: 1 } });
});

test('a collection that no feature has is refused by name', () => {
  const { client } = startClient({ features: [] });
  expect(() => client.topic('client:*')).toThrow(
    expect.objectContaining({ code: 'bad_request', message: 'features: give the one that has client:*' }),
  );
});

test('features that share a kind each keep up their part of its snapshot', async () => {
  const counts = (type: string) => ({
    topics: {
      user: {
        fold: (state: Readonly<Record<string, number>>, event: { readonly type: string }) =>
          event.type === type ? { ...state, [type]: (state[type] ?? 0) + 1 } : state,
      },
    },
  });
  const { server, client } = await openClient({ features: [counts('alert'), counts('message')] });
  server.topic('user:me').snapshot = { alert: 5 };
  const feed = client.topic('user');
  feed.hold();
  await server.advance(0);
  for (const type of ['alert', 'message', 'alert', 'other']) server.publish('user:me', type);
  await server.advance(0);
  expect(feed.snapshot).toEqual({ alert: 7, message: 1 });
});

test('without the feature that has them one’s own events are recovered like any other that was missed', async () => {
  const ownEventOf = async (features: object[]) => {
    const { server, client } = await openClient({ features });
    const seen: unknown[] = [];
    client.topic('room', 'a').on('room.message', ({ id, seq }) => seen.push([seq, id === undefined]));
    await server.advance(0);
    void client.request('room.send', { body: 'mine' }, { topic: 'room:a' });
    await server.advance(0);
    const atOnce = seen.length;
    server.publish('room:a', 'room.message', { body: 'theirs' });
    await server.advance(2_000);
    return { atOnce, seen };
  };
  const known = await ownEventOf([{ ownEvent: ownEvents({ 'room.send': 'room.message' }) }]);
  expect(known).toEqual({
    atOnce: 1,
    seen: [
      [1, true],
      [2, false],
    ],
  });
  const unknown = await ownEventOf([]);
  expect(unknown).toEqual({
    atOnce: 0,
    seen: [
      [1, false],
      [2, false],
    ],
  });
});
