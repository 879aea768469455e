import { expect, test } from 'vitest';
import { type Clock, events } from '../src/index.ts';
import { openClient, outcomeOf, startClient } from './startClient.ts';

/** A clock that knows which of its timers are still to come. */
function counting(clock: Clock) {
  let open = 0;
  const counted: Clock = {
    now: clock.now,
    setTimeout(run, ms) {
      let isOver = false;
      const end = () => {
        if (!isOver) open--;
        isOver = true;
      };
      open++;
      const timer = clock.setTimeout(() => {
        end();
        run();
      }, ms);
      return {
        cancel() {
          end();
          timer.cancel();
        },
      };
    },
  };
  return { clock: counted, timers: () => open };
}

test('a client that is closed by a listener, or asked for a pong afterwards, leaves no timer behind', async () => {
  const { server } = startClient();
  const { clock, timers } = counting(server.clock);
  for (const state of ['connecting', 'open', 'waiting']) {
    const { client } = startClient({ clock }, server);
    client.status.subscribe(() => client.status.getSnapshot().state === state && client.close());
    client.connect();
    await server.advance(0);
    server.drop();
    await server.advance(0);
    expect(client.status.getSnapshot().state).toBe('closed');
    await expect(client.ping()).rejects.toMatchObject({ code: 'offline' });
    await server.advance(100_000);
    expect(timers(), state).toBe(0);
  }
  expect(server.connections()).toEqual([]);
});

test('a client that is closed by the listener of an event stays closed', async () => {
  const { server, client, statuses } = await openClient();
  client.topic('room', 'a').on('*', () => client.close());
  await server.advance(0);
  server.drop();
  server.publish('room:a', 'room.message');
  await server.advance(60_000);
  expect(statuses.at(-1)?.state).toBe('closed');
  expect(server.connections()).toEqual([]);
});

test('a listener that is taken away by another one does not hear the event any more', async () => {
  const { server, client } = await openClient();
  const topic = client.topic('room', 'a');
  const seen: string[] = [];
  topic.on('*', () => {
    stop();
    topic.on('*', () => seen.push('late'));
  });
  const stop = topic.on('*', () => seen.push('gone'));
  await server.advance(0);
  server.publish('room:a', 'room.message');
  await server.advance(0);
  expect(seen).toEqual([]);
  server.publish('room:a', 'room.message');
  await server.advance(0);
  expect(seen).toEqual(['late']);
});

test('who read too slowly gets nothing of after what was lost', async () => {
  const { server, client } = await openClient();
  const iteration = events(client.topic('room', 'a'), { maxBuffered: 2 });
  const read: object[] = [];
  const readOne = async (before: number) => {
    const next = outcomeOf(iteration.next());
    await server.advance(0);
    for (let n = 0; n < before; n++) server.publish('room:a', 'room.message');
    await server.advance(0);
    read.push(next);
  };
  await readOne(1);
  for (let n = 0; n < 3; n++) server.publish('room:a', 'room.message');
  await server.advance(0);
  await readOne(1);
  await readOne(1);
  await readOne(0);
  const event = (seq: number) => ({ value: { value: { seq } } });
  expect(read).toMatchObject([event(1), event(2), event(3), { error: { code: 'overflow' } }]);
});

test('an iteration whose signal is aborted already follows nothing', async () => {
  const { server, client } = startClient();
  const iteration = events(client.topic('room', 'a'), { signal: AbortSignal.abort() });
  expect(await iteration.next()).toEqual({ done: true, value: undefined });
  await expect(client.request('stats', {}, { signal: AbortSignal.abort('why') })).rejects.toBe('why');
  await server.advance(0);
  expect(client.topic('room', 'a').position).toBeUndefined();
  expect(server.asked('stats')).toEqual([]);
});

test('an error that answers nothing, and events with the names of our own, do not pass for ours', async () => {
  const { server, client } = await openClient();
  const topic = client.topic('room', 'a');
  const heard: unknown[] = [];
  const seen: unknown[] = [];
  for (const type of ['error', 'reset', 'snapshot', 'joined'] as const) {
    topic.on(type as 'error', () => heard.push(type));
  }
  topic.on('*', ({ type }) => seen.push(type));
  const next = outcomeOf(events(topic).next());
  await server.advance(0);
  heard.length = 0;
  const payload = { code: 'internal', message: 'internal', retryable: false };
  server.push('room:a', { type: 'error', payload });
  for (const connection of server.connections()) connection.send({ type: 'error', payload });
  await server.advance(0);
  expect([heard, seen, next]).toEqual([[], [], {}]);
  for (const type of ['error', 'reset', 'snapshot', 'joined', 'closed']) server.publish('room:a', type);
  await server.advance(0);
  expect(heard).toEqual([]);
  expect(seen).toEqual(['error', 'reset', 'snapshot', 'joined', 'closed']);
});

test('the bug of an app’s reducer is reported, and stops neither the connection nor the events', async () => {
  const errors: unknown[] = [];
  const fold = () => {
    throw new Error('a bug');
  };
  const features = [{ topics: { board: { fold } } }];
  const { server, client } = await openClient({ features, onError: (error) => errors.push(String(error)) });
  server.topic('board:b').snapshot = { n: 5 };
  const board = client.topic('board' as 'room', 'b');
  const seen: unknown[] = [];
  board.on('*', ({ seq }) => seen.push(seq));
  await server.advance(0);
  server.publish('board:b', 'card.moved');
  server.drop();
  server.publish('board:b', 'card.moved');
  await server.advance(1_000);
  expect(client.status.getSnapshot().state).toBe('open');
  expect(seen).toEqual([1, 2]);
  expect(errors).toEqual(['Error: a bug', 'Error: a bug']);
});

test('a topic that was left just before the client was closed is left', async () => {
  const { server, client } = await openClient();
  const topic = client.topic('room', 'a');
  const stop = topic.hold();
  await server.advance(0);
  stop();
  client.close();
  await server.advance(0);
  expect(topic.position).toBeUndefined();
  client.connect();
  await server.advance(0);
  expect(server.asked('hello').at(-1)?.payload?.subs ?? []).toEqual([]);
});

test.each([-5 * 3_600_000, 5 * 3_600_000])(
  'a clock that is set wrong by %i ms delays neither a retry nor a ping',
  async (jumpMs) => {
    const { server } = startClient();
    let wrongMs = 0;
    const clock: Clock = { ...server.clock, now: () => server.clock.now() + wrongMs };
    const { client } = await openClient({ clock }, server);
    server.refuse(3);
    server.drop();
    await server.advance(0);
    wrongMs = jumpMs;
    await server.advance(60_000);
    expect(client.status.getSnapshot().state).toBe('open');
    wrongMs = 0;
    server.freeze();
    await server.advance(100_000);
    expect(client.status.getSnapshot().state).toBe('open');
    expect(server.connections().map(({ state }) => state)).toContain('open');
  },
);

test('a server that answers twice, and tells the same over and over, is asked once', async () => {
  const { server, client } = await openClient();
  const topic = client.topic('room', 'a');
  const seen: unknown[] = [];
  topic.on('*', ({ seq }) => seen.push(seq));
  await server.advance(0);
  server.respond('stats', (frame, connection) => {
    connection.send({ type: 'ack', ref: frame.ref, payload: { connections: 1 } });
    return { connections: 2 };
  });
  const answer = outcomeOf(client.request('stats'));
  const { epoch, seq } = server.commit('room:a', 'room.message');
  for (let n = 0; n < 500; n++) server.push('room:a', { type: 'resync', payload: { epoch, seq } });
  await server.advance(0);
  for (let n = 0; n < 500; n++) server.push('room:a', { type: 'resync', payload: { epoch, seq: seq + 7 } });
  await server.advance(10_000);
  expect(answer).toEqual({ value: { connections: 1 } });
  expect(seen).toEqual([1]);
  expect(server.asked('subscribe').length).toBeLessThan(6);
});

test('what is asked for and followed in a listener is done, while the connection is being opened too', async () => {
  const { server, client } = await openClient();
  server.respond('stats', () => ({ connections: 1 }));
  const answers: unknown[] = [];
  const seen: unknown[] = [];
  client.topic('room', 'a').on('*', ({ seq }) => {
    client.request('stats').then(
      () => answers.push(seq),
      () => answers.push('failed'),
    );
    client.topic('room', 'b').on('*', ({ topic: name }) => seen.push(name));
  });
  await server.advance(0);
  server.publish('room:a', 'room.message');
  await server.advance(0);
  server.drop();
  server.publish('room:a', 'room.message');
  await server.advance(1_000);
  server.publish('room:b', 'room.message');
  await server.advance(0);
  expect(answers).toEqual([1, 2]);
  expect(seen).toEqual(['room:b', 'room:b']);
});

test('a topic that is refused and then granted goes on where it was', async () => {
  const { server, client } = await openClient();
  const topic = client.topic('room', 'a');
  const seen: unknown[] = [];
  topic.on('*', ({ seq }) => seen.push(seq));
  await server.advance(0);
  server.publish('room:a', 'room.message');
  await server.advance(0);
  for (const connection of server.connections()) connection.topics.clear();
  server.topic('room:a');
  for (const connection of server.connections())
    connection.send({ type: 'unsubscribed', topic: 'room:a', payload: { code: 'forbidden' } });
  await server.advance(0);
  server.publish('room:a', 'room.message');
  expect([topic.isJoined, topic.error?.code]).toEqual([false, 'forbidden']);
  server.drop();
  await server.advance(1_000);
  expect([topic.isJoined, topic.error]).toEqual([true, undefined]);
  expect(seen).toEqual([1, 2]);
});
