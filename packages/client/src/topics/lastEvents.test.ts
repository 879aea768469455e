import { expect, test } from 'vitest';
import { openClient, startClient } from '../../test/startClient.ts';
import { createTestServer } from '../../testing/index.ts';
import { lastEvents } from './lastEvents.ts';

const features = [{ topics: { room: lastEvents(3) } }];
const name = 'room:lobby';
const say = (server: ReturnType<typeof createTestServer>, times: number) => {
  for (let n = 0; n < times; n++) server.publish(name, 'room.message', { body: 'x' });
};

test('3.4a: who follows a room is first given its last messages, in order, and then those that come', async () => {
  const { server, client } = await openClient({ features });
  say(server, 5);
  const heard: unknown[] = [];
  const room = client.topic('room', 'lobby');
  room.on('room.message', ({ seq }) => heard.push(seq));
  room.on('joined', () => heard.push('joined'));
  await server.advance(0);
  say(server, 1);
  await server.advance(0);
  expect(heard).toEqual([3, 4, 5, 'joined', 6]);
  expect(server.asked('subscribe').map(({ payload }) => payload)).toEqual([{ last: 3 }]);
  expect(room.position?.seq).toBe(6);
});

test('3.4a: it is asked for by itself where the room was followed before there was a connection, and once', async () => {
  const server = createTestServer();
  say(server, 5);
  const { client } = startClient({ features }, server);
  const heard: unknown[] = [];
  client.topic('room', 'lobby').on('room.message', ({ seq }) => heard.push(seq));
  await server.advance(0);
  expect(heard).toEqual([3, 4, 5]);
  server.drop();
  await server.advance(0);
  say(server, 2);
  await server.advance(60_000);
  expect(heard).toEqual([3, 4, 5, 6, 7]);
  expect(server.asked('subscribe').filter(({ payload }) => payload?.last)).toHaveLength(1);
});

test('3.4a: a room in which nothing was said, or nothing is kept, begins with what comes', async () => {
  const { server, client } = await openClient({ features });
  say(server, 4);
  server.topic(name).expired = 4;
  const heard: unknown[] = [];
  client.topic('room', 'lobby').on('room.message', ({ seq }) => heard.push(seq));
  await server.advance(0);
  say(server, 1);
  await server.advance(0);
  expect(heard).toEqual([5]);
});
