import { expect, test } from 'vitest';
import { createClient } from '../src/index.ts';
import { createTestServer, receive } from './index.ts';

test('clients of one server are told apart, however each was given its options', async () => {
  const server = createTestServer();
  const { options } = server;
  const clients = [options, options, { ...server.options }].map((given) => createClient(given));
  const answers = clients.map((client, n) =>
    client.request('room.send', { body: String(n) }, { topic: 'room:a' }),
  );
  await server.advance(0);
  expect((await Promise.all(answers)).map(({ seq }) => seq)).toEqual([1, 2, 3]);
  expect(new Set(server.asked('room.send').map(({ ref }) => ref)).size).toBe(3);
  expect(server.topic('room:a').events).toHaveLength(3);
});

test.each([Number.NaN, -1, '5' as never])('a number like %j is refused by name', (given) => {
  expect(() => createTestServer({ maxEvents: given })).toThrow('maxEvents');
  expect(() => createTestServer({ tokenLifeMs: given })).toThrow('tokenLifeMs');
  const client = createClient(createTestServer().options);
  expect(() => receive(client, client.topic('room', 'a'), { patienceMs: given })).toThrow('patienceMs');
});

test('a patience without end ends nothing', async () => {
  const server = createTestServer();
  const client = createClient(server.options);
  const received = receive(client, client.topic('room', 'a'), { patienceMs: Number.POSITIVE_INFINITY });
  const came = received.until(({ type }) => type === 'room.message');
  await server.advance(0);
  server.publish('room:a', 'room.message');
  await expect(came).resolves.toHaveLength(1);
});
