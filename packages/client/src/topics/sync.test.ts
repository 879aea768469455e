import { expect, test } from 'vitest';
import { openClient } from '../../test/startClient.ts';

const seqs = (events: readonly { seq?: number }[]) => events.map(({ seq }) => seq);

test('a last event that was lost is found within a minute', async () => {
  const { server, client } = await openClient();
  const seen: { seq?: number }[] = [];
  client.topic('room', 'a').on('*', (event) => seen.push(event));
  await server.advance(0);
  server.commit('room:a', 'room.message');
  await server.advance(62_000);
  expect(seqs(seen)).toEqual([1]);
});

test('sync leaves an event that is on its way the time to arrive', async () => {
  const { server, client } = await openClient();
  client.topic('room', 'a').hold();
  await server.advance(0);
  server.interfere(() => [1_500]);
  await server.advance(44_000);
  server.publish('room:a', 'room.message');
  await server.advance(10_000);
  expect(server.asked('sync')).toHaveLength(1);
  expect(server.asked('subscribe')).toHaveLength(1);
});

test('resync is answered by asking at once', async () => {
  const { server, client } = await openClient();
  const seen: { seq?: number }[] = [];
  client.topic('room', 'a').on('*', (event) => seen.push(event));
  await server.advance(0);
  const { epoch, seq } = server.commit('room:a', 'room.message');
  server.push('room:a', { type: 'resync', payload: { epoch, seq } });
  await server.advance(0);
  expect(seqs(seen)).toEqual([1]);
});

test('one resync stands for whatever the connection has missed: all other topics are asked about at once', async () => {
  const { server, client } = await openClient();
  const seen: unknown[] = [];
  for (const id of ['a', 'b', 'c']) client.topic('room', id).on('*', ({ topic }) => seen.push(topic));
  client.topic('client:*').on('*', ({ topic }) => seen.push(topic));
  await server.advance(0);
  const { epoch, seq } = server.commit('room:a', 'room.message');
  for (const name of ['room:b', 'client:new']) server.commit(name, 'room.message');
  server.push('room:a', { type: 'resync', payload: { epoch, seq } });
  await server.advance(0);
  expect(server.asked('sync')).toHaveLength(1);
  await server.advance(2_000);
  expect(seen).toEqual(['room:a', 'client:new', 'room:b']);
});

test('a resync that does not say where the topic stands is one all the same', async () => {
  const { server, client } = await openClient();
  client.topic('room', 'a').hold();
  await server.advance(0);
  server.commit('room:a', 'room.message');
  server.push('room:a', { type: 'resync' });
  await server.advance(2_000);
  expect(client.topic('room', 'a').position?.seq).toBe(1);
});

test('a server that says resync all the time is asked once a second', async () => {
  const { server, client } = await openClient();
  client.topic('room', 'a').hold();
  await server.advance(0);
  server.respond('sync', () => {
    server.push('room:a', { type: 'resync' });
    return { behind: {} };
  });
  server.push('room:a', { type: 'resync' });
  await server.advance(10_000);
  expect(server.asked('sync')).toHaveLength(11);
});

test('a sync that had no room for all topics is followed by others, until each was looked at', async () => {
  const { server, client } = await openClient({}, { maxEvents: 2 });
  const topics = ['a', 'b', 'c', 'd', 'e'].map((id) => client.topic('room', id));
  for (const topic of topics) topic.hold();
  client.topic('client:*').hold();
  await server.advance(0);
  for (const { name } of topics) server.commit(name, 'room.message');
  server.commit('client:new', 'interaction');
  await server.advance(50_000);
  expect(server.asked('sync').map(({ payload }) => Object.keys(payload?.heads ?? {}))).toEqual([
    ['room:a', 'room:b', 'room:c', 'room:d', 'room:e', 'client:*'],
    ['room:c', 'room:d', 'room:e', 'client:*'],
    ['room:e', 'client:*'],
  ]);
  expect(topics.map(({ position }) => position?.seq)).toEqual([1, 1, 1, 1, 1]);
  expect(client.topic('client', 'new').position?.seq).toBe(1);
});

test('a server that looks at nothing is not asked again at once', async () => {
  const { server, client } = await openClient();
  client.topic('room', 'a').hold();
  server.respond('sync', () => ({ behind: {}, more: ['room:a', 'room:nobodys', 7] }));
  await server.advance(100_000);
  expect(server.asked('sync').length).toBeLessThan(3);
});

test('a topic that was taken away, and nobody said so, is found by the sync that it has refused, and holds no other back', async () => {
  const { server, client } = await openClient();
  const seen: unknown[] = [];
  client.topic('room', 'a').on('*', ({ seq }) => seen.push(seq));
  const board = client.topic('room', 'b');
  board.hold();
  await board.joined();
  server.respond('sync', ({ payload }, _, usual) =>
    'room:b' in Object(payload?.heads) ? { refused: 'forbidden' } : usual(),
  );
  server.respond('subscribe', ({ topic }, _, usual) =>
    topic === 'room:b' ? { refused: 'forbidden' } : usual(),
  );
  await server.advance(62_000);
  expect(board.error).toMatchObject({ code: 'forbidden' });
  expect(client.topic('room', 'a').error).toBeUndefined();
  server.commit('room:a', 'room.message');
  await server.advance(62_000);
  expect(seen).toEqual([1]);
});

test('a sync that fails for now is made up for by the next one, and no topic is asked for', async () => {
  const { server, client } = await openClient();
  const topic = client.topic('room', 'a');
  topic.hold();
  await topic.joined();
  server.respond('sync', () => ({ refused: 'unavailable' }));
  server.commit('room:a', 'room.message');
  await server.advance(62_000);
  expect(server.asked('subscribe')).toHaveLength(1);
  server.respond('sync', (_frame, _connection, usual) => usual());
  await server.advance(62_000);
  expect(topic.position?.seq).toBe(1);
});
