import { expect, test } from 'vitest';
import { channels } from '../../../../features/channels/client.ts';
import { openClient } from '../../test/startClient.ts';
import type { TestServer } from '../../testing/index.ts';
import { type Client, createClient } from '../index.ts';

const features = [channels({ orders: {} })];
const publish = (server: TestServer, id: string, isLost = false) =>
  server[isLost ? 'commit' : 'publish'](`orders:${id}`, 'channel.message', { data: 1 });

async function follow(prepare: (server: TestServer) => void = () => {}) {
  const { server, client } = await openClient({ features });
  prepare(server);
  const heard: string[] = [];
  const all = client.topic('orders:*' as 'client:*');
  all.on('*', ({ topic, seq }) => heard.push(`${topic} ${seq}`));
  all.on('reset', () => heard.push('reset'));
  await server.advance(0);
  return { server, client, heard };
}

test('3.4a: all channels of a kind are followed as one from now on: what was before is not heard, and what comes is in order', async () => {
  const { server, heard } = await follow((server) => {
    for (const id of ['a', 'a', 'b']) publish(server, id);
  });
  server.interfere(({ seq }) => [seq === 3 ? 50 : 0]);
  for (const id of ['a', 'a', 'b', 'new']) publish(server, id);
  await server.advance(100);
  expect(heard).toEqual(['orders:b 2', 'orders:new 1', 'orders:a 3', 'orders:a 4']);
});

test('3.9: what was lost is found by sync, by its time, also of a channel that was not there before', async () => {
  const { server, heard } = await follow((server) => publish(server, 'a'));
  publish(server, 'a', true);
  publish(server, 'new', true);
  await server.advance(65_000);
  expect([...heard].sort()).toEqual(['orders:a 2', 'orders:new 1']);
  expect(server.asked('sync').at(-1)?.payload).toHaveProperty(['heads', 'orders:*']);
});

test('3.9: what was missed while there was no connection comes once there is one', async () => {
  const { server, heard } = await follow((server) => publish(server, 'a'));
  publish(server, 'a');
  await server.advance(0);
  server.drop();
  publish(server, 'a');
  publish(server, 'b');
  await server.advance(60_000);
  publish(server, 'a');
  await server.advance(5_000);
  expect(heard).toEqual(['orders:a 2', 'orders:a 3', 'orders:b 1', 'orders:a 4']);
  expect(server.connections()[0]?.topics.has('orders:a')).toBe(false);
});

test('an event that comes before it is known where the channels stand waits for that, and is not lost', async () => {
  const { server, client } = await openClient({ features });
  publish(server, 'a');
  const heard: string[] = [];
  client.topic('orders:*' as 'client:*').on('*', ({ topic, seq }) => heard.push(`${topic} ${seq}`));
  server.respond('sync', (_frame, _connection, usual) => {
    const answer = usual();
    for (const id of ['a', 'fresh']) publish(server, id);
    return answer;
  });
  await server.advance(100);
  expect([...heard].sort()).toEqual(['orders:a 2', 'orders:fresh 1']);
});

test('3.9: where not all channels could be named, one begins with the first of its events that comes', async () => {
  const { server, client } = await openClient({ features });
  for (let n = 0; n < 4; n++) publish(server, 'old');
  server.respond('sync', () => ({ behind: { 'orders:*': { epoch: null, seq: 0 } } }));
  const heard: string[] = [];
  client.topic('orders:*' as 'client:*').on('*', ({ topic, seq }) => heard.push(`${topic} ${seq}`));
  await server.advance(0);
  publish(server, 'old');
  publish(server, 'old');
  await server.advance(0);
  expect(heard).toEqual(['orders:old 5', 'orders:old 6']);
});

test('a client without the feature says what it lacks', () => {
  const client: Client = createClient({ url: 'wss://x/y', getToken: () => '' });
  expect(() => client.topic('orders:*' as 'client:*')).toThrow('features');
});
