import { expect, test } from 'vitest';
import { openClient, outcomeOf } from '../../test/startClient.ts';
import type { Client } from '../client.ts';
import { refLifeMs } from '../requests/outbox.ts';
import { collection } from '../topics/collection.ts';
import { createSends } from './createSends.ts';

interface Tickets {
  readonly actions: { 'ticket.create': { payload: object; answer: object } };
  readonly events: object;
  readonly topics: { 'tickets:*': object };
}

const acme = { clientId: 'acme', kind: 'login' };
const event = (total: number) => ({ ...acme, by: 1, total, totals: { login: total } });

async function sending() {
  const { server, client } = await openClient();
  const topic = client.topic('client', 'acme');
  topic.hold();
  await server.advance(0);
  const sends = createSends(client, 'interaction.record', topic);
  const shown: string[][] = [];
  const kinds = () => sends.getSnapshot().map(({ payload, state }) => `${payload.kind} ${state}`);
  sends.subscribe(() => shown.push(kinds()));
  return { server, client, topic, sends, shown, kinds };
}

test('a send whose event comes before its answer is not seen twice meanwhile', async () => {
  const { server, sends, kinds } = await sending();
  let position = { epoch: '', seq: 0 };
  server.respond('interaction.record', () => {
    position = server.publish('client:acme', 'interaction', event(1), 'ada');
    return undefined;
  });
  const sent = sends.send(acme);
  expect(kinds()).toEqual(['login sending']);
  await server.advance(0);
  expect(kinds()).toEqual([]);
  const { ref } = server.asked('interaction.record')[0] ?? {};
  server.connections()[0]?.send({ type: 'ack', ref, payload: { total: 1, ...position } });
  await expect(sent).resolves.toMatchObject({ total: 1 });
  expect(kinds()).toEqual([]);
});

test('the same done by somebody else does not hide what is under way', async () => {
  const { server, sends, kinds } = await sending();
  server.respond('interaction.record', () => undefined);
  sends.send(acme).catch(() => {});
  server.publish('client:acme', 'interaction', event(1), 'bo');
  await server.advance(0);
  expect(kinds()).toEqual(['login sending']);
});

test('a send that was answered stays until the topic has come to its event', async () => {
  const { server, sends, kinds, topic } = await sending();
  server.interfere(() => [500]);
  server.respond('interaction.record', () => {
    const { epoch, seq } = server.publish('client:acme', 'interaction', event(1), 'somebody');
    return { total: 1, epoch, seq };
  });
  const sent = sends.send(acme);
  await server.advance(0);
  await sent;
  expect([kinds(), topic.position?.seq]).toEqual([['login sending'], 0]);
  await server.advance(500);
  expect([kinds(), topic.position?.seq]).toEqual([[], 1]);
});

test('what failed stays with its error until it is dismissed', async () => {
  const { server, sends } = await sending();
  server.respond('interaction.record', () => ({ refused: 'forbidden' }));
  const sent = sends.send(acme);
  const failed = expect(sent).rejects.toMatchObject({ code: 'forbidden' });
  await server.advance(0);
  await failed;
  expect(sends.getSnapshot()).toMatchObject([{ state: 'failed', error: { code: 'forbidden' } }]);
  sends.dismiss(sends.getSnapshot()[0]?.ref ?? '');
  expect(sends.getSnapshot()).toEqual([]);
  await expect(sends.retry('gone')).rejects.toMatchObject({ code: 'conflict' });
});

test('what one user could not send is not shown to the next, nor sent in their name', async () => {
  const hello = { userId: 'ada' };
  const { server, client } = await openClient({}, { hello });
  const sends = createSends(client, 'message.send');
  server.respond('message.send', () => ({ refused: 'forbidden' }));
  outcomeOf(sends.send({ userId: 'boss', body: 'I resign' }));
  await server.advance(0);
  const { ref = '' } = sends.getSnapshot()[0] ?? {};
  hello.userId = 'bo';
  server.drop();
  await server.advance(5_000);
  expect(client.status.getSnapshot().session?.userId).toBe('bo');
  expect(sends.getSnapshot()).toEqual([]);
  await expect(sends.retry(ref)).rejects.toMatchObject({ code: 'conflict' });
});

test('what failed does not keep its topic followed, and a retry follows it again', async () => {
  const { server, client } = await openClient();
  server.respond('room.send', () => ({ refused: 'forbidden' }));
  const sends = createSends(client, 'room.send', client.topic('room', 'a'), { topic: 'room:a' });
  const failed = outcomeOf(sends.send({ body: 'x' }));
  await server.advance(2_000);
  expect(failed.error).toMatchObject({ code: 'forbidden' });
  expect(sends.getSnapshot()).toMatchObject([{ state: 'failed' }]);
  expect([...(server.connections()[0]?.topics ?? [])]).toEqual([]);
  server.respond('room.send', () => undefined);
  outcomeOf(sends.retry(sends.getSnapshot()[0]?.ref ?? ''));
  await server.advance(0);
  expect([...(server.connections()[0]?.topics ?? [])]).toEqual(['room:a']);
});

test.each([
  ['not answered', () => undefined, 0, 'asked'],
  ['not answered', () => undefined, refLifeMs, 'refused'],
  ['refused for good', () => ({ refused: 'forbidden' as const }), refLifeMs, 'asked'],
])(
  'a retry of what may have succeeded is refused once the server has forgotten its ref: %s',
  async (_, answer, waitMs, outcome) => {
    const { server, client } = await openClient();
    const sends = createSends(client, 'interaction.record', undefined, { clock: server.clock });
    server.respond('interaction.record', answer);
    outcomeOf(sends.send(acme));
    await server.advance(60_000 + waitMs);
    const before = server.asked('interaction.record').length;
    const { ref = '' } = sends.getSnapshot()[0] ?? {};
    server.respond('interaction.record', () => ({ total: 1 }));
    const retried = outcomeOf(sends.retry(ref));
    await server.advance(0);
    const asked = server.asked('interaction.record').slice(before);
    if (outcome === 'refused') expect(retried.error).toMatchObject({ code: 'conflict' });
    expect(asked.map((frame) => frame.ref)).toEqual(outcome === 'refused' ? [] : [ref]);
    expect(sends.getSnapshot()).toHaveLength(outcome === 'refused' ? 1 : 0);
  },
);

test('a retry that waits for a connection until the server has forgotten its ref is given up', async () => {
  const { server, client } = await openClient();
  const sends = createSends(client, 'interaction.record', undefined, { clock: server.clock });
  server.respond('interaction.record', () => undefined);
  outcomeOf(sends.send(acme));
  await server.advance(60_000);
  server.refuse(Number.POSITIVE_INFINITY);
  server.drop();
  await server.advance(0);
  const before = server.asked('interaction.record').length;
  const retried = outcomeOf(sends.retry(sends.getSnapshot()[0]?.ref ?? ''));
  await server.advance(refLifeMs);
  expect(retried.error).toMatchObject({ code: 'conflict' });
  expect(sends.getSnapshot()).toMatchObject([{ state: 'failed', error: { code: 'conflict' } }]);
  server.refuse(0);
  await server.advance(60_000);
  expect(server.asked('interaction.record')).toHaveLength(before);
});

test('what is seen on all topics of a kind is not waited for: they have no numbers', async () => {
  const all = collection({
    list: 'tickets',
    id: 'ticketId',
    initial: (ticketId) => ({ ticketId }),
    fold: (ticket: object) => ticket,
  });
  const opened = await openClient({ features: [{ topics: { 'tickets:*': all } }] });
  const { server } = opened;
  const client: Client<Tickets> = opened.client as never;
  const tickets = client.topic('tickets:*');
  tickets.hold();
  const sends = createSends(client, 'ticket.create', tickets);
  sends.subscribe(() => {});
  server.respond('ticket.create', () => ({ epoch: 'e', seq: 7 }));
  const sent = sends.send({});
  await server.advance(0);
  await expect(sent).resolves.toMatchObject({ seq: 7 });
  expect(sends.getSnapshot()).toEqual([]);
});
