import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { openClient, outcomeOf, startClient } from '../../test/startClient.ts';
import { events } from './events.ts';

test('the same name gives the same object', async () => {
  const { client } = await openClient();
  expect(client.topic('client', 'a')).toBe(client.topic('client', 'a'));
  expect(client.topic('user').name).toBe('user:me');
  expect(client.topic('client:*').name).toBe('client:*');
});

test('an iteration brings all events, and ends when its signal says so', async () => {
  const { server, client } = await openClient();
  const enough = new AbortController();
  const seen: unknown[] = [];
  const reading = (async () => {
    for await (const event of events(client.topic('room', 'a'), { signal: enough.signal })) {
      seen.push(event.type === 'reset' ? event.type : event.seq);
    }
  })();
  await server.advance(0);
  for (let n = 0; n < 3; n++) server.publish('room:a', 'room.message');
  await server.advance(0);
  server.drop();
  server.recreate('room:a');
  await server.advance(1_000);
  enough.abort();
  await reading;
  expect(seen).toEqual([1, 2, 3, 'reset']);
  await server.advance(1_000);
  expect(server.asked('unsubscribe')).toHaveLength(1);
});

test('a loop that is left follows the topic no longer', async () => {
  const { server, client } = await openClient();
  const reading = (async () => {
    for await (const { type } of events(client.topic('room', 'a'))) return type;
    return undefined;
  })();
  await server.advance(0);
  server.publish('room:a', 'room.message');
  await server.advance(1_000);
  expect(await reading).toBe('room.message');
  expect(server.asked('unsubscribe')).toHaveLength(1);
});

test('who reads too slowly is told rather than given less', async () => {
  const { server, client } = await openClient();
  const iteration = events(client.topic('room', 'a'), { maxBuffered: 2 });
  const first = iteration.next();
  await server.advance(0);
  server.publish('room:a', 'room.message');
  await server.advance(0);
  for (let n = 0; n < 3; n++) server.publish('room:a', 'room.message');
  await server.advance(0);
  expect(
    [await first, await iteration.next(), await iteration.next()].map(
      ({ value }) => value && 'seq' in value && value.seq,
    ),
  ).toEqual([1, 2, 3]);
  await expect(iteration.next()).rejects.toMatchObject({ code: 'overflow' });
});

test('an iteration over what may not be followed ends with the refusal', async () => {
  const { server, client } = await openClient();
  server.respond('subscribe', () => ({ refused: 'forbidden' }));
  const next = outcomeOf(events(client.topic('msp')).next());
  await server.advance(0);
  expect(next.error).toMatchObject({ code: 'forbidden' });
});

test('a snapshot is the state at the position: events move both', async () => {
  const { server, client } = await openClient();
  server.topic('client:a').snapshot = { clientId: 'a', engagement: { status: null, version: 0 }, totals: {} };
  const topic = client.topic('client', 'a');
  let changes = 0;
  topic.subscribe(() => changes++);
  await server.advance(0);
  const before = topic.getSnapshot();
  server.publish('client:a', 'interaction', { clientId: 'a', totals: { call: 1 } });
  server.publish('client:a', 'alert', { title: 'x' });
  server.publish('client:a', 'engagement', { clientId: 'a', status: 'won', version: 1 });
  await server.advance(0);
  expect(topic.getSnapshot()).toEqual({
    clientId: 'a',
    engagement: { status: 'won', version: 1 },
    totals: { call: 1 },
  });
  expect(topic.position?.seq).toBe(3);
  expect(before).not.toBe(topic.snapshot);
  expect(changes).toBe(3);
});

test('a team’s own kind of topic has its own rules for its state', async () => {
  const { server, client } = await openClient({
    features: [{ topics: { board: { fold: (snapshot: { n: number }) => ({ n: snapshot.n + 1 }) } } }],
  });
  server.topic('board:b').snapshot = { n: 5 };
  const board = client.topic('board' as 'room', 'b');
  board.hold();
  await server.advance(0);
  server.publish('board:b', 'card.moved');
  await server.advance(0);
  expect(board.snapshot).toEqual({ n: 6 });
});

test('a listener’s bug is reported, and harms nobody else', async () => {
  const errors: unknown[] = [];
  const { server, client } = await openClient({ onError: (error) => errors.push(error) });
  const seen: unknown[] = [];
  const topic = client.topic('room', 'a');
  topic.on('*', () => {
    throw new Error('a bug');
  });
  topic.on('*', ({ seq }) => seen.push(seq));
  client.status.subscribe(() => {
    throw new Error('another');
  });
  await server.advance(0);
  server.publish('room:a', 'room.message');
  server.drop();
  server.publish('room:a', 'room.message');
  await server.advance(1_000);
  expect(seen).toEqual([1, 2]);
  expect(errors.map(String)).toContain('Error: a bug');
  expect(errors.map(String)).toContain('Error: another');
});

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

test('of topics that nobody has any more nothing is kept', async () => {
  const { server, client } = await openClient();
  const has = (id: string) => new WeakRef(client.topic('room', id));
  const [unused, left, followed] = [has('unused'), has('left'), has('followed')];
  left.deref()?.hold()();
  followed.deref()?.hold();
  await server.advance(5_000);
  collectGarbage();
  expect([unused, left, followed].map((ref) => ref.deref()?.name)).toEqual([
    undefined,
    undefined,
    'room:followed',
  ]);
});

test('whoever has a topic is given the same one again, followed or not', async () => {
  const { server, client } = await openClient();
  const topic = client.topic('room', 'a');
  topic.hold()();
  await server.advance(5_000);
  for (let n = 0; n < 1_000; n++) client.topic('room', `${n}`);
  await server.advance(0);
  collectGarbage();
  for (let n = 0; n < 1_000; n++) client.topic('room', `more ${n}`);
  expect(client.topic('room', 'a')).toBe(topic);
  const seen: unknown[] = [];
  topic.on('*', ({ seq }) => seen.push(seq));
  await server.advance(0);
  server.publish('room:a', 'room.message');
  await server.advance(0);
  expect(seen).toEqual([1]);
});

test.each(['return', 'throw'] as const)(
  'an iteration that waits for an event ends at once by %s, and follows nothing any more',
  async (how) => {
    const { server, client } = await openClient();
    const topic = client.topic('room', 'a');
    const iteration = events(topic);
    const outcomes = [outcomeOf(iteration.next()), outcomeOf(iteration.next())];
    await server.advance(0);
    const why = new Error('enough');
    const end = outcomeOf(how === 'return' ? iteration.return() : iteration.throw(why));
    await server.advance(2_000);
    const done = { value: { done: true, value: undefined } };
    expect([...outcomes, end]).toEqual([done, done, how === 'return' ? done : { error: why }]);
    expect(server.asked('unsubscribe')).toMatchObject([{ topic: 'room:a' }]);
    expect(await iteration.next()).toEqual({ done: true, value: undefined });
  },
);

test('an iteration that is ended gives nothing of what waited', async () => {
  const { server, client } = await openClient();
  const iteration = events(client.topic('room', 'a'));
  const first = outcomeOf(iteration.next());
  await server.advance(0);
  for (let n = 0; n < 3; n++) server.publish('room:a', 'room.message');
  await server.advance(0);
  expect(first).toMatchObject({ value: { value: { seq: 1 } } });
  expect(await iteration.return()).toEqual({ done: true, value: undefined });
  expect(await iteration.next()).toEqual({ done: true, value: undefined });
});

test('an iteration that was never begun ends without having followed anything', async () => {
  const { server, client } = startClient();
  const iteration = events(client.topic('room', 'a'));
  expect(await iteration.return()).toEqual({ done: true, value: undefined });
  expect(await iteration.next()).toEqual({ done: true, value: undefined });
  await server.advance(0);
  expect(client.status.getSnapshot().state).toBe('idle');
});
