import { expect, test } from 'vitest';
import { startClient } from '../test/startClient.ts';
import { createTestServer } from '../testing/index.ts';
import { webStoragePositions } from './positions.ts';

function webStorage() {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
}

test('an app that starts again gets what it missed while it was not running', async () => {
  const server = createTestServer();
  const positions = webStoragePositions(webStorage(), 'ada');
  const seen: unknown[] = [];
  const run = async () => {
    const { client } = startClient({ positions }, server);
    client.topic('room', 'a').on('*', ({ seq }) => seen.push(seq));
    await server.advance(0);
    server.publish('room:a', 'room.message');
    await server.advance(0);
    client.close();
  };
  await run();
  server.publish('room:a', 'room.message');
  await server.advance(0);
  await run();
  expect(seen).toEqual([1, 2, 3]);
});

test('positions are saved a second after they moved, not at every event', async () => {
  const saved: unknown[] = [];
  const positions = { load: () => undefined, save: (all: unknown) => saved.push(all) };
  const { server, client } = startClient({ positions });
  client.topic('room', 'a').hold();
  await server.advance(0);
  for (let n = 0; n < 5; n++) server.publish('room:a', 'room.message');
  await server.advance(1_000);
  expect(saved).toEqual([{ 'room:a': { epoch: 'epoch-1', seq: 5 } }]);
});

test('a storage that fails is reported, and the client does without', async () => {
  const errors: unknown[] = [];
  const full = () => {
    throw new Error('full');
  };
  const { server, client } = startClient({
    positions: { load: full, save: full },
    onError: (error) => errors.push(String(error)),
  });
  const topic = client.topic('room', 'a');
  topic.hold();
  await server.advance(2_000);
  await topic.joined();
  expect(errors).toEqual(['Error: full', 'Error: full']);
});

test('of many topics those that were heard of last are kept', async () => {
  const storage = webStorage();
  const { server, client } = startClient({ positions: webStoragePositions(storage, 'ada') });
  client.connect();
  for (let n = 0; n < 505; n++) {
    const stop = client.topic('room', String(n)).hold();
    await server.advance(200);
    stop();
  }
  await server.advance(10_000);
  const names = Object.keys(JSON.parse(storage.kept.get('ada') ?? '{}') as object);
  expect([names.length, names.at(0), names.at(-1)]).toEqual([500, 'room:5', 'room:504']);
});
