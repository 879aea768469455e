import { expect, test } from 'vitest';
import { openClient } from '../../test/startClient.ts';

interface Seen {
  readonly topic: string;
  readonly type: string;
  readonly seq?: number;
}

/** Somebody who listens to two rooms. */
async function inTwoRooms() {
  const opened = await openClient();
  const seen: Seen[] = [];
  for (const id of ['a', 'b']) opened.client.topic('room', id).on('*', (event) => seen.push(event as Seen));
  await opened.server.advance(0);
  const batch = (payload: object) => opened.server.connections()[0]?.send({ type: 'batch', ts: 0, payload });
  return { ...opened, seen, batch };
}
const told = (seen: readonly Seen[]) => seen.map(({ topic, seq }) => `${topic} ${seq}`);

test('8: the frames of a batch are heard in their order, as if each had come by itself', async () => {
  const { server, seen } = await inTwoRooms();
  server.together(() => {
    server.publish('room:a', 'room.message');
    server.publish('room:b', 'room.message');
    server.push('room:a', { type: 'presence', payload: { joined: ['bo'], left: [], count: 2 } });
    server.publish('room:a', 'room.message');
  });
  await server.advance(0);
  expect(told(seen)).toEqual(['room:a 1', 'room:b 1', 'room:a undefined', 'room:a 2']);
  expect(server.asked('subscribe')).toHaveLength(2);
});

test('8: a batch that comes twice, or after what followed it, changes nothing', async () => {
  const { server, seen, batch } = await inTwoRooms();
  const frames = [1, 2, 3].map(() => server.commit('room:a', 'room.message'));
  batch({ frames: frames.slice(1) });
  batch({ frames: frames.slice(0, 2) });
  batch({ frames });
  await server.advance(5_000);
  expect(told(seen)).toEqual(['room:a 1', 'room:a 2', 'room:a 3']);
  expect(server.asked('subscribe')).toHaveLength(2);
});

test('8: what a batch has skipped is no gap, and nobody hears of it', async () => {
  const { server, client, seen, batch } = await inTwoRooms();
  const frames = Array.from({ length: 6 }, () => server.commit('room:a', 'room.message'));
  const { epoch } = server.topic('room:a');
  const ranges = [
    [1, 1],
    [3, 5],
  ];
  batch({ frames: [frames[1], frames[5]], skipped: { 'room:a': { epoch, ranges } } });
  await server.advance(5_000);
  expect(told(seen)).toEqual(['room:a 2', 'room:a 6']);
  expect(client.topic('room', 'a').position).toEqual({ epoch, seq: 6 });
  expect(server.asked('subscribe')).toHaveLength(2);
});

test.each([
  { ranges: [[1, 1e15]] },
  { ranges: [[-1e15, 0]] },
  { ranges: [['a', {}], 7, null] },
  { ranges: 5 },
  null,
])('8: whatever a batch says it skipped (%j), the client goes on', async (of) => {
  const { server, seen, batch } = await inTwoRooms();
  batch({ frames: 'none', skipped: { 'room:b': { epoch: server.topic('room:b').epoch, ...of } } });
  server.publish('room:a', 'room.message');
  await server.advance(0);
  expect(told(seen)).toEqual(['room:a 1']);
});

test('8: an event that is skipped is no event of a list of all clients either', async () => {
  const { server, client } = await openClient();
  const seen: Seen[] = [];
  client.topic('client:*').on('*', (event) => seen.push(event as Seen));
  await server.advance(0);
  const totals = (n: number) => ({ clientId: 'acme', kind: 'call', by: 1, total: n, totals: { call: n } });
  const frames = [1, 2].map((n) => server.commit('client:acme', 'interaction', totals(n)));
  const { epoch } = server.topic('client:acme');
  const skipped = { 'client:acme': { epoch, ranges: [[1, 1]] } };
  server.connections()[0]?.send({ type: 'batch', ts: 0, payload: { frames: [frames[1]], skipped } });
  await server.advance(5_000);
  expect(told(seen)).toEqual(['client:acme 2']);
  const { clients } = client.topic('client:*').snapshot as { clients: object[] };
  expect(clients).toMatchObject([{ clientId: 'acme', seq: 2, totals: { call: 2 } }]);
});
