import { expect, test } from 'vitest';
import { clientFeatures as features } from '../../../features/clients.ts';
import { type Client, type ClientOptions, createClient } from '../src/index.ts';
import { createTestServer, type TestServer, type TestServerOptions } from '../testing/index.ts';

const start = (server: TestServerOptions = {}, client: Partial<ClientOptions> = {}) => {
  const made = createTestServer(server);
  return { server: made, client: createClient({ ...made.options, features, ...client }) };
};
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);
const joinRoom = async (server: TestServer, client: Client) => {
  const seen: (number | undefined)[] = [];
  const resets: unknown[] = [];
  const topic = client.topic('room', 'lobby');
  topic.on('*', ({ seq }) => seen.push(seq));
  topic.on('reset', (reset) => resets.push(reset));
  const joined = topic.joined();
  await server.advance(0);
  await joined;
  return { topic, seen, resets };
};

test('events come in order and once, however they are sent', async () => {
  const { server, client } = start();
  const { seen } = await joinRoom(server, client);
  const delays = [[50], [0, 0], [90, 10], [], [0]];
  server.interfere(({ seq }) => delays[seq - 1] ?? [0]);
  for (const _ of delays) server.publish('room:lobby', 'room.message', { body: 'x' });
  await server.advance(100);
  expect(seen).toEqual([1, 2, 3]);
  await server.advance(2000);
  expect(seen).toEqual([1, 2, 3, 4, 5]);
  expect(server.asked('subscribe')).toMatchObject([{ payload: { since: { seq: 3 } } }]);
});

test('after a lost connection all that was missed comes, before what is new', async () => {
  const { server, client } = start({ maxEvents: 2 });
  const { seen, resets, topic } = await joinRoom(server, client);
  server.publish('room:lobby', 'room.message');
  await server.advance(0);
  server.drop();
  for (const _ of numbers(2, 6)) server.publish('room:lobby', 'room.message');
  await server.advance(1000);
  server.publish('room:lobby', 'room.message');
  await server.advance(0);
  expect(seen).toEqual(numbers(1, 7));
  expect(resets).toEqual([]);
  expect(topic.position).toEqual({ epoch: 'epoch-1', seq: 7 });
});

test('where the log no longer reaches back the app is told, and gets the state', async () => {
  const { server, client } = start();
  const { seen, resets, topic } = await joinRoom(server, client);
  server.publish('room:lobby', 'room.message');
  await server.advance(0);
  server.drop();
  for (const _ of numbers(2, 5)) server.publish('room:lobby', 'room.message');
  Object.assign(server.topic('room:lobby'), { expired: 3, snapshot: { open: true } });
  await server.advance(1000);
  server.publish('room:lobby', 'room.message');
  await server.advance(0);
  expect(resets).toEqual([
    { type: 'reset', topic: 'room:lobby', snapshot: { open: true }, position: { epoch: 'epoch-1', seq: 5 } },
  ]);
  expect(topic.snapshot).toEqual({ open: true });
  expect(seen).toEqual([1, 6]);
});
