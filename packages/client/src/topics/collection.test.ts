import { expect, test } from 'vitest';
import { openClient } from '../../test/startClient.ts';
import type { TestServer, TestServerOptions } from '../../testing/index.ts';
import type { Client } from '../index.ts';
import { collection } from './collection.ts';
import type { Collection } from './collectionRule.ts';
import type { TopicListener } from './topicListener.ts';

const snapshotOf = (n: number) => ({ engagement: { status: null }, totals: { n } });
const publish = (server: TestServer, id: string, isLost = false) => {
  const topic = server.topic(`client:${id}`);
  const payload = { totals: { n: topic.events.length + 1 } };
  if (isLost) server.commit(topic.name, 'interaction', payload);
  else server.publish(topic.name, 'interaction', payload);
  topic.snapshot = snapshotOf(topic.events.length);
};

async function follow(clients: number, options: TestServerOptions = {}) {
  const started = await openClient({}, options);
  const { server, client } = started;
  for (let n = 0; n < clients; n++) server.topic(`client:${n}`).snapshot = snapshotOf(0);
  const events: string[] = [];
  const resets: number[] = [];
  const topic = client.topic('client:*');
  topic.on('*', ({ topic: home, seq }) => events.push(`${home} ${seq}`));
  topic.on('reset', ({ snapshot }) => resets.push(snapshot.clients.length));
  await server.advance(0);
  return { ...started, topic, events, resets };
}

const totals = (client: Client, id: string) =>
  client.topic('client:*').snapshot?.clients.find(({ clientId }) => clientId === id)?.totals;

test('a long list is read page by page, and is one snapshot', async () => {
  const { server, topic } = await follow(7, { maxEvents: 3 });
  expect(topic.snapshot?.clients.map(({ clientId }) => clientId)).toEqual([
    '0',
    '1',
    '2',
    '3',
    '4',
    '5',
    '6',
  ]);
  expect(server.asked('subscribe').map(({ payload }) => payload?.cursor)).toEqual([undefined, '3', '6']);
});

test('each client’s events come in order and keep its state', async () => {
  const { server, client, events } = await follow(2);
  server.interfere(({ seq }) => [seq === 1 ? 50 : 0]);
  for (const id of ['0', '1', '0']) publish(server, id);
  await server.advance(100);
  expect(events).toEqual(['client:0 1', 'client:0 2', 'client:1 1']);
  expect([totals(client, '0'), totals(client, '1')]).toEqual([{ n: 2 }, { n: 1 }]);
});

test('a lost event of one client is asked for on that client’s topic, which is left again', async () => {
  const { server, events } = await follow(2);
  publish(server, '0', true);
  publish(server, '0');
  await server.advance(2_000);
  expect(events).toEqual(['client:0 1', 'client:0 2']);
  expect(server.asked().slice(-2)).toMatchObject([
    { action: 'subscribe', topic: 'client:0', payload: { since: { seq: 0 } } },
    { action: 'unsubscribe', topic: 'client:0' },
  ]);
});

test('a client that is new is known from its first event, also when that one was lost', async () => {
  const { server, client, events } = await follow(1);
  publish(server, 'new', true);
  publish(server, 'new');
  await server.advance(2_000);
  expect(events).toEqual(['client:new 1', 'client:new 2']);
  expect(totals(client, 'new')).toEqual({ n: 2 });
});

test('after a lost connection a few clients are caught up by their events', async () => {
  const { server, events, resets } = await follow(30);
  server.drop();
  for (const id of ['3', '4', '4']) publish(server, id);
  await server.advance(1_000);
  expect(events.sort((a, b) => a.localeCompare(b))).toEqual(['client:3 1', 'client:4 1', 'client:4 2']);
  expect(resets).toEqual([]);
  expect(server.asked('hello').at(-1)?.payload?.subs).toMatchObject([
    { topic: 'client:*', since: { at: expect.any(Number) } },
  ]);
});

test('after a lost connection many clients are caught up by their states, and the app is told', async () => {
  const { server, client, events, resets } = await follow(30);
  server.drop();
  for (let n = 0; n < 25; n++) publish(server, String(n));
  await server.advance(1_000);
  expect(events).toEqual([]);
  expect(resets).toEqual([30]);
  expect([totals(client, '24'), totals(client, '29')]).toEqual([{ n: 1 }, { n: 0 }]);
  publish(server, '24');
  await server.advance(0);
  expect(events).toEqual(['client:24 2']);
});

test('a last event of one client that was lost is found within a minute', async () => {
  const { server, events } = await follow(3);
  publish(server, '1', true);
  await server.advance(62_000);
  expect(events).toEqual(['client:1 1']);
});

test('a sync asks about the time since the last one that found nothing', async () => {
  const { server } = await follow(3);
  await server.advance(600_000);
  const asked = server.asked('sync').map(({ payload }) => {
    const heads = payload?.heads as { 'client:*': { at: number } } | undefined;
    return heads?.['client:*'].at ?? 0;
  });
  expect(asked.length).toBeGreaterThan(5);
  expect(asked).toEqual([...asked].sort((a, b) => a - b));
  expect(server.clock.now() - (asked.at(-1) ?? 0)).toBeLessThan(180_000);
});

test('when more has changed than a sync can name, the list is asked for, from some minutes before it was made', async () => {
  const { server, events } = await follow(3);
  const madeAt = server.clock.now();
  publish(server, '2', true);
  server.respond('sync', () => ({ behind: { 'client:*': { epoch: null, seq: 0 } } }));
  await server.advance(61_000);
  expect(server.asked('subscribe').at(-2)).toMatchObject({
    topic: 'client:*',
    payload: { since: { at: madeAt - 11 * 60_000 } },
  });
  expect(events).toEqual(['client:2 1']);
});

test('who comes back asks for what the server may have named only after that, though nothing was missed until then', async () => {
  const { server } = await follow(3);
  const madeAt = server.clock.now();
  const asked = () => {
    const subs = server.asked('hello').at(-1)?.payload?.subs as unknown as {
      topic: string;
      since: { at: number };
    }[];
    return subs.find(({ topic }) => topic === 'client:*')?.since.at ?? 0;
  };
  await server.advance(20 * 60_000);
  server.drop();
  await server.advance(10_000);
  const awayFrom = server.clock.now() - 10 * 60_000;
  expect(asked()).toBeLessThan(awayFrom);
  expect(asked()).toBeGreaterThan(madeAt);
});

test('a client that is followed beside all others begins with what is known of it', async () => {
  const { server, client } = await follow(2);
  publish(server, '1');
  await server.advance(0);
  const topic = client.topic('client', '1');
  topic.hold();
  await server.advance(0);
  expect(topic.snapshot).toMatchObject({ clientId: '1', totals: { n: 1 } });
  publish(server, '1');
  await server.advance(0);
  expect(topic.snapshot?.totals).toEqual({ n: 2 });
  expect(totals(client, '1')).toEqual({ n: 2 });
});

test('a client that is followed beside all others is caught up once after a lost connection', async () => {
  const { server, client, events } = await follow(3);
  client.topic('client', '1').hold();
  await server.advance(0);
  const asked = server.asked('subscribe').length;
  server.drop();
  publish(server, '1');
  await server.advance(1_000);
  expect(events).toEqual(['client:1 1']);
  expect(server.asked('subscribe')).toHaveLength(asked);
});

test('when nobody follows all clients any more, those followed alone still are', async () => {
  const { server, client } = await openClient();
  const [all, one] = [client.topic('client:*').hold(), client.topic('client', '1')];
  one.hold();
  await server.advance(0);
  all();
  await server.advance(1_000);
  publish(server, '1');
  publish(server, '2');
  await server.advance(0);
  expect(one.position?.seq).toBe(1);
  expect(server.asked('unsubscribe').map(({ topic }) => topic)).toEqual(['client:*']);
});

test('a client that is followed together with all others has its state from the start', async () => {
  const { server, client } = await openClient();
  server.topic('client:1').snapshot = snapshotOf(0);
  client.topic('client:*').hold();
  const topic = client.topic('client', '1');
  topic.hold();
  await server.advance(0);
  expect(topic.snapshot).toMatchObject({ totals: { n: 0 } });
});

test('a page of a list that was begun anew is not taken for the end of the new one', () => {
  const jumps: unknown[] = [];
  const listener = { state: () => undefined, jump: (_: string, { tickets }: never) => jumps.push(tickets) };
  const host = {
    ...{ sync: async () => {}, position: () => undefined, isHeld: () => false, sequencer: () => undefined },
    listener: () => listener as object as TopicListener,
  };
  const fold = (snapshot: object) => snapshot;
  const rules = collection({ list: 'tickets', id: 'ticketId', initial: (ticketId) => ({ ticketId }), fold });
  const tickets = rules.collection?.('ticket:*', host) as Collection;
  const page = (ticketId: string, cursor?: string) => ({
    at: 1,
    recovered: false,
    snapshot: { tickets: [{ ticketId, epoch: 'e', seq: 0 }], ...(cursor !== undefined && { cursor }) },
  });
  tickets.apply(page('a', '1'), {});
  tickets.apply(page('a', '2'), {});
  expect(tickets.apply(page('b'), { cursor: '1' })).toBe(true);
  expect(jumps).toEqual([]);
  expect(tickets.apply(page('b'), { cursor: '2' })).toBe(false);
  expect(jumps).toMatchObject([[{ ticketId: 'a' }, { ticketId: 'b' }]]);
});

test('what changes while all clients may not be followed is known once they may be again', async () => {
  const { server, client } = await follow(1);
  client.topic('room', 'a').hold();
  server.push('client:*', { type: 'unsubscribed', payload: { code: 'forbidden' } });
  await server.advance(0);
  for (const { topics } of server.connections()) topics.delete('client:*');
  publish(server, '0');
  await server.advance(600_000);
  server.drop();
  await server.advance(1_000);
  expect(totals(client, '0')).toEqual({ n: 1 });
});
