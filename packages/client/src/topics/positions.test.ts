import { expect, test } from 'vitest';
import { startClient } from '../../test/startClient.ts';
import { createTestServer } from '../../testing/index.ts';
import { keepPositions, type PositionStorage, type Positions, webStoragePositions } from './positions.ts';

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
  const positions = keepPositions({ load: () => undefined, save: (all) => saved.push(all) });
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
    positions: keepPositions({ load: full, save: full }),
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

test('tabs that share a key leave each other’s places alone', async () => {
  const server = createTestServer();
  const storage = webStorage();
  const positions = webStoragePositions(storage, 'ada');
  const stored = () => JSON.parse(storage.kept.get('ada') ?? '{}') as Positions;
  const tabs = ['a', 'b'].map((id) => {
    const { client } = startClient({ positions }, server);
    client.topic('room', id).hold();
    return client;
  });
  await server.advance(2_000);
  for (const id of ['a', 'b', 'a']) {
    server.publish(`room:${id}`, 'room.message');
    await server.advance(2_000);
  }
  const seqs = () => Object.fromEntries(Object.entries(stored()).map(([name, { seq }]) => [name, seq]));
  expect(seqs()).toEqual({ 'room:a': 2, 'room:b': 1 });
  storage.setItem('ada', JSON.stringify({ ...stored(), 'room:a': { epoch: 'epoch-1', seq: 7 } }));
  server.publish('room:b', 'room.message');
  await server.advance(2_000);
  for (const tab of tabs) tab.close();
  await server.advance(0);
  expect(seqs()).toEqual({ 'room:a': 7, 'room:b': 2 });
});

test('a storage that is slow gets one position after the other, and one that cannot be read loses none', async () => {
  const { server } = startClient();
  const errors: unknown[] = [];
  let stored: Positions | undefined;
  let isBroken = false;
  const later = () => new Promise<void>((resolve) => void server.clock.setTimeout(resolve, 3_000));
  const positions: PositionStorage = {
    async load() {
      if (isBroken) throw new Error('broken');
      await later();
      return stored;
    },
    async save(all) {
      await later();
      stored = all;
    },
  };
  const onError = (error: unknown) => errors.push(String(error));
  const { client } = startClient({ positions: keepPositions(positions), onError }, server);
  for (const id of ['a', 'b']) client.topic('room', id).hold();
  await server.advance(20_000);
  for (const id of ['a', 'b']) {
    server.publish(`room:${id}`, 'room.message');
    await server.advance(1_500);
  }
  await server.advance(20_000);
  const both = { 'room:a': { seq: 1 }, 'room:b': { seq: 1 } };
  expect(stored).toMatchObject(both);
  isBroken = true;
  server.publish('room:b', 'room.message');
  await server.advance(20_000);
  expect(stored).toMatchObject(both);
  expect(errors).toEqual(['Error: broken']);
});

test.each([
  ['no JSON', 'undefined'],
  ['half of it', '{"room:a":{"epo'],
  ['empty', ''],
  ['null', 'null'],
  ['a list', '[{"epoch":"epoch-1","seq":1}]'],
  ['a text', '"room:a"'],
  ['of a number alone', '{"room:a":7}'],
  ['of null', '{"room:a":null}'],
  ['without an epoch', '{"room:a":{"seq":1}}'],
  ['of an epoch that is no text', '{"room:a":{"epoch":1,"seq":1}}'],
  ['of a text for a number', '{"room:a":{"epoch":"epoch-1","seq":"1"}}'],
  ['of less than nothing', '{"room:a":{"epoch":"epoch-1","seq":-1}}'],
  ['of a part of an event', '{"room:a":{"epoch":"epoch-1","seq":1.5}}'],
])('a kept text that is %s counts as nothing, and is overwritten', async (_, text) => {
  const storage = webStorage();
  storage.setItem('ada', text);
  const errors: unknown[] = [];
  const { server, client } = startClient({
    positions: webStoragePositions(storage, 'ada'),
    onError: (error) => errors.push(error),
  });
  client.topic('room', 'a').hold();
  await server.advance(0);
  expect(server.asked('hello')).toMatchObject([{ payload: { subs: [{ topic: 'room:a' }] } }]);
  expect(server.asked('hello')[0]?.payload?.subs).toEqual([{ topic: 'room:a' }]);
  server.publish('room:a', 'room.message');
  await server.advance(2_000);
  expect(JSON.parse(storage.kept.get('ada') ?? '')).toEqual({ 'room:a': { epoch: 'epoch-1', seq: 1 } });
  expect(errors).toEqual([]);
});

test('what is kept beside positions is neither sent to the server nor kept on', async () => {
  const saved: Positions[] = [];
  const stored = {
    'room:a': { epoch: 'epoch-1', seq: 0, note: 'x' },
    'room:b': { epoch: 'e', seq: 7 },
    other: 'thing',
  };
  const positions = keepPositions({ load: () => stored as never, save: (all) => saved.push(all) });
  const { server, client } = startClient({ positions });
  server.topic('room:a');
  client.topic('room', 'a').hold();
  await server.advance(0);
  const asked = server.asked('hello')[0]?.payload?.subs;
  expect(asked).toEqual([{ topic: 'room:a', since: { epoch: 'epoch-1', seq: 0 } }]);
  server.publish('room:a', 'room.message');
  await server.advance(2_000);
  const both = { 'room:b': { epoch: 'e', seq: 7 }, 'room:a': { epoch: 'epoch-1', seq: 1 } };
  expect(saved).toEqual([both]);
});

test('what came when nobody listened any more is not kept: the app never had that state', async () => {
  const saved: Positions[] = [];
  const positions = keepPositions({ load: () => undefined, save: (all) => saved.push(all) });
  const { server, client } = startClient({ positions });
  client.connect();
  await server.advance(0);
  const stop = client.topic('room', 'a').on('*', () => {});
  // The page leaves the topic before its answer is there.
  stop();
  await server.advance(2_000);
  expect(saved.flatMap((all) => Object.keys(all))).toEqual([]);
});
