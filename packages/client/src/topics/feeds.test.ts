import { expect, test } from 'vitest';
import { openClient, startClient } from '../../test/startClient.ts';
import { createTestServer } from '../../testing/index.ts';

const address = (server: Awaited<ReturnType<typeof openClient>>['server']) => server.connections()[0]?.url;
const topics = (server: Awaited<ReturnType<typeof openClient>>['server']) => [
  ...(server.connections()[0]?.topics ?? []),
];

test('1.4: the address names the feeds that have listeners, and hello asks for batches', async () => {
  const { server, client } = startClient();
  client.topic('room', 'a').hold();
  client.topic('user').hold();
  client.topic('client:*').hold();
  await server.advance(0);
  expect(address(server)).toBe('wss://test.invalid/dev?feeds=user:me,client:*&features=batch');
  expect(topics(server)).toEqual(['user:me', 'client:*', 'room:a']);
  const [hello] = server.asked('hello');
  expect(hello?.payload).toMatchObject({ features: ['batch'] });
  expect(hello?.payload).not.toHaveProperty('feeds');
});

test('1.4: who listens to nothing is sent nothing', async () => {
  const { server } = await openClient();
  server.publish('user:me', 'message');
  server.publish('client:acme', 'engagement');
  await server.advance(0);
  expect(topics(server)).toEqual([]);
  expect(server.transcript.filter(({ way, frame }) => way === 'out' && 'seq' in (frame ?? {}))).toEqual([]);
});

test('an address that has a query keeps it', async () => {
  const { server, client } = startClient({ url: 'wss://test.invalid/dev?stage=blue' });
  client.connect();
  await server.advance(0);
  expect(address(server)).toBe('wss://test.invalid/dev?stage=blue&feeds=&features=batch');
});

test('an address names 25 feeds at most, and hello asks for the others', async () => {
  const { server, client } = startClient();
  for (let n = 0; n < 30; n++) client.topic('client', `c${n}`).hold();
  await server.advance(0);
  expect(new URL(address(server) ?? '').searchParams.get('feeds')?.split(',')).toHaveLength(25);
  expect(topics(server)).toHaveLength(30);
});

test('a feed is joined when somebody listens, and left when nobody does any more', async () => {
  const { server, client } = await openClient();
  const stop = client.topic('tenant').hold();
  await server.advance(0);
  expect(topics(server)).toEqual(['tenant']);
  stop();
  await server.advance(1_000);
  expect(topics(server)).toEqual([]);
});

test('3.8: who stops to listen while the connection opens says so in hello', async () => {
  const made = createTestServer();
  let stop = () => {};
  class Opening extends made.options.WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      stop();
    }
  }
  const { server, client } = startClient({ WebSocket: Opening }, made);
  stop = client.topic('tenant').hold();
  client.topic('user').hold();
  await server.advance(0);
  expect(address(server)).toContain('feeds=tenant,user:me&');
  expect(topics(server)).toEqual(['user:me']);
});
