import { expect, test } from 'vitest';
import { sharing } from '../../test/sharing.ts';

test('an answer goes to whoever asked, under the ref that it chose', async () => {
  const { server, one, two } = await sharing(2);
  server.respond('stats', ({ ref }) => ({ for: ref }));
  one.ask({ action: 'stats', ref: 'mine' });
  two.ask({ action: 'stats', ref: 'yours' });
  two.ask({ action: 'nonsense', ref: 'wrong' });
  await server.advance(0);
  expect(server.asked().map(({ ref }) => ref)).toEqual(['mine', 'yours', 'wrong']);
  expect(one.frames).toMatchObject([{ type: 'ack', ref: 'mine', payload: { for: 'mine' } }]);
  expect(two.frames).toMatchObject([
    { type: 'ack', ref: 'yours' },
    { type: 'error', ref: 'wrong' },
  ]);
});

test('two tabs that ask under one ref are answered one after the other', async () => {
  const { server, one, two } = await sharing(2);
  let answer = () => {};
  server.respond('stats', (_, connection) => {
    answer = () => connection.send({ type: 'ack', ref: 'same', payload: {} });
    return undefined;
  });
  one.ask({ action: 'stats', ref: 'same' });
  two.ask({ action: 'stats', ref: 'same' });
  await server.advance(0);
  expect(server.asked('stats')).toHaveLength(1);
  answer();
  await server.advance(0);
  expect([one.types(), two.types(), server.asked('stats').length]).toEqual([['ack'], [], 2]);
  answer();
  await server.advance(0);
  expect([one.types(), two.types()]).toEqual([['ack'], ['ack']]);
});

test('a tab that asks again under its own ref is not kept waiting for its own answer', async () => {
  const { server, one } = await sharing(2);
  server.respond('stats', () => undefined);
  one.ask({ action: 'stats', ref: 'again' });
  one.ask({ action: 'stats', ref: 'again' });
  await server.advance(0);
  expect(server.asked('stats')).toHaveLength(2);
});

test('nobody waits for the answer of a tab that has left', async () => {
  const { server, one, two } = await sharing(2);
  server.respond('stats', () => undefined);
  one.ask({ action: 'stats', ref: 'same' });
  one.close();
  await server.advance(0);
  two.ask({ action: 'stats', ref: 'same' });
  await server.advance(0);
  expect(server.asked('stats')).toHaveLength(2);
});

test('a request is under way until its answer, whatever comes before under its ref', async () => {
  const { server, one, two } = await sharing(2);
  server.respond('stats', (_, connection) => {
    connection.send({ type: 'fanout.complete', ref: 'r', payload: {} });
    return {};
  });
  one.ask({ action: 'stats', ref: 'r' });
  await server.advance(0);
  expect([one.types(), two.types()]).toEqual([['fanout.complete', 'ack'], []]);
});

test('events go to all tabs', async () => {
  const { server, one, two, subscribe } = await sharing(2);
  await subscribe(one, 'room:a');
  server.publish('room:a', 'room.message', { body: 'hello' });
  await server.advance(0);
  expect([one.of('room.message'), two.of('room.message')]).toMatchObject([[{ seq: 1 }], [{ seq: 1 }]]);
});

test('a function that died is told to all tabs, for nobody knows over whose request', async () => {
  const { server, one, two } = await sharing(2);
  server.connections()[0]?.send({ message: 'Internal server error', connectionId: 'x', requestId: 'y' });
  await server.advance(0);
  expect([one.frames, two.frames]).toMatchObject([[{ requestId: 'y' }], [{ requestId: 'y' }]]);
});

test('a disconnect is told to all, and whoever comes back at once gets another socket', async () => {
  const { server, one, two, reopen } = await sharing(2);
  server.connections()[0]?.send({ type: 'disconnect', payload: { code: 4401, reconnect: 'refresh' } });
  await server.advance(0);
  expect([one.types(), two.types()]).toEqual([['disconnect'], ['disconnect']]);
  one.close();
  const next = await reopen(0);
  expect(next.state.opened).toBe(true);
  expect(server.connections()).toHaveLength(2);
});

test('one ping is under way at a time, and a pong is for those who had asked before it', async () => {
  const { server, one, two, three } = await sharing(3);
  const connection = server.connections()[0];
  one.ask({ action: 'ping' });
  await server.clock.settle();
  server.freeze();
  one.ask({ action: 'ping' });
  await server.advance(0);
  two.ask({ action: 'ping' });
  three.ask({ action: 'ping' });
  await server.advance(0);
  expect([one, two, three].map((socket) => socket.types())).toEqual([['pong'], [], []]);
  Object.assign(connection ?? {}, { state: 'open' });
  connection?.send({ type: 'pong', ts: 1 });
  await server.advance(0);
  expect([one, two, three].map((socket) => socket.types())).toEqual([['pong', 'pong'], ['pong'], ['pong']]);
  expect(server.asked('ping')).toHaveLength(2);
});

test('a room’s message is shown to the sender’s other tabs, which the server takes for the sender', async () => {
  const { server, one, two, subscribe } = await sharing(2);
  one.ask({ action: 'hello', ref: 'h' });
  await subscribe(one, 'room:a');
  await subscribe(two, 'room:a');
  one.ask({ action: 'room.send', ref: 'm', topic: 'room:a', payload: { body: 'hello' } });
  await server.advance(0);
  expect(one.of('room.message')).toEqual([]);
  const { epoch } = server.topic('room:a');
  expect(two.of('room.message')).toMatchObject([
    { topic: 'room:a', epoch, seq: 1, from: 'ada', payload: { body: 'hello' } },
  ]);
});

test('a message is shown to the others also when its sender has left before the answer', async () => {
  const { server, one, two, subscribe } = await sharing(2);
  await subscribe(two, 'room:a');
  one.ask({ action: 'room.send', ref: 'm', topic: 'room:a', payload: { body: 'bye' } });
  one.close();
  await server.advance(0);
  expect(two.of('room.message')).toMatchObject([{ seq: 1, payload: { body: 'bye' } }]);
});
