import { expect, test } from 'vitest';
import { askAssistant, createNotifications, followJob, submitJob, topicView } from '../src/features/index.ts';
import { events } from '../src/index.ts';
import { openClient, outcomeOf, startClient } from './startClient.ts';

const closed = { error: { name: 'TidingsError', code: 'closed' } };

test('a job that is under way ends when the client is closed, and can be taken up again', async () => {
  const { server, client } = await openClient();
  server.respond('job.submit', () => ({ jobId: 'j', kind: 'translate', status: 'queued' }));
  server.respond('job.get', () => ({
    jobId: 'j',
    kind: 'translate',
    status: 'done',
    output: { text: 'hola' },
  }));
  const job = submitJob(client, 'translate', {});
  const result = outcomeOf(job.result);
  await server.advance(0);
  client.close();
  await server.advance(0);
  expect(result).toMatchObject(closed);
  expect(job.getSnapshot()).toMatchObject({ state: 'failed', jobId: 'j', error: { code: 'closed' } });
  client.connect();
  const again = outcomeOf(followJob(client, 'j').result);
  await server.advance(0);
  expect(again).toEqual({ value: { text: 'hola' } });
});

test.each([undefined, 'c'])(
  'an answer under way ends when the client is closed, in conversation %s',
  async (conversationId) => {
    const { server, client } = await openClient();
    server.respond('assistant.ask', () => ({ conversationId: 'c', streamId: 's' }));
    const answer = askAssistant(client, 'why?', conversationId === undefined ? {} : { conversationId });
    await server.advance(0);
    server.push('conversation:c', { type: 'stream.delta', payload: { streamId: 's', idx: 0, delta: 'be' } });
    const pieces: string[] = [];
    const read = outcomeOf(
      (async () => {
        for await (const piece of answer) pieces.push(piece);
      })(),
    );
    const done = outcomeOf(answer.done);
    await server.advance(0);
    client.close();
    await server.advance(0);
    expect([done, read]).toMatchObject([closed, closed]);
    expect(pieces).toEqual(['be']);
    expect(answer.getSnapshot()).toMatchObject({ state: 'error', text: 'be', error: { code: 'closed' } });
  },
);

test('whoever waits for a topic or reads it learns that the client was closed', async () => {
  const { server, client } = await openClient();
  server.respond('subscribe', ({ topic }, _, usual) => (topic === 'room:slow' ? undefined : usual()));
  const [room, slow] = [client.topic('room', 'a'), client.topic('room', 'slow')];
  slow.hold();
  const joined = outcomeOf(slow.joined());
  const iteration = events(room);
  const first = outcomeOf(iteration.next());
  await server.advance(0);
  server.publish('room:a', 'room.message');
  await server.advance(0);
  server.publish('room:a', 'room.message');
  await server.advance(0);
  client.close();
  const [second, third] = [outcomeOf(iteration.next()), outcomeOf(iteration.next())];
  await server.advance(0);
  expect([first, second]).toMatchObject([{ value: { value: { seq: 1 } } }, { value: { value: { seq: 2 } } }]);
  expect([joined, third]).toMatchObject([closed, closed]);
});

test('what is begun on a closed client fails at once, but for following a topic', async () => {
  const { server, client } = await openClient();
  client.close();
  const room = client.topic('room', 'a');
  const seen: unknown[] = [];
  room.on('*', ({ seq }) => seen.push(seq));
  const outcomes = [
    room.joined(),
    events(room).next(),
    client.request('stats'),
    submitJob(client, 'translate', {}).result,
    followJob(client, 'j').result,
    askAssistant(client, 'why?').done,
    askAssistant(client, 'why?', { conversationId: 'c' }).done,
  ].map(outcomeOf);
  const ping = outcomeOf(client.ping());
  await server.advance(0);
  expect(outcomes).toMatchObject(outcomes.map(() => closed));
  expect(ping).toMatchObject({ error: { code: 'offline' } });
  client.connect();
  await server.advance(0);
  server.publish('room:a', 'room.message');
  await server.advance(0);
  expect(seen).toEqual([1]);
});

test('views and lists go on when the client is opened again', async () => {
  const { server, client } = startClient();
  server.respond('notification.list', () => ({ items: [], unread: 3 }));
  const bell = createNotifications(client);
  bell.subscribe(() => {});
  const view = topicView(client.topic('room', 'a'));
  const settled = outcomeOf(view.settled());
  client.close();
  await server.advance(0);
  expect(bell.getSnapshot()).toMatchObject({ state: 'failed', error: { code: 'closed' } });
  expect([view.getSnapshot().isJoined, settled]).toEqual([false, {}]);
  client.connect();
  await server.advance(0);
  expect(bell.getSnapshot()).toMatchObject({ state: 'ready', unread: 3 });
  expect([view.getSnapshot().isJoined, settled]).toEqual([true, { value: undefined }]);
});

test('nothing is left to do after a close, at whatever moment it comes', async () => {
  for (let after = 0; after < 30; after++) {
    const { server, client } = startClient({ getToken: async () => 'token' });
    const room = client.topic('room', 'a');
    const outcomes = [room.joined(), events(room).next(), client.request('stats')].map(outcomeOf);
    for (let turn = 0; turn < after; turn++) await Promise.resolve();
    client.close();
    await server.advance(0);
    const connections = server.transcript.filter(({ way }) => way === 'opened').length;
    await server.advance(300_000);
    expect(outcomes.filter((outcome) => Object.keys(outcome).length === 0)).toEqual([]);
    expect(server.connections()).toEqual([]);
    expect(server.transcript.filter(({ way }) => way === 'opened')).toHaveLength(connections);
  }
});

test('closing a closed client changes nothing, in a listener of its status neither', async () => {
  const { server, client, statuses } = await openClient();
  client.status.subscribe(() => client.status.getSnapshot().state === 'closed' && client.close());
  server.disconnect({ reconnect: 'never', code: 4403, reason: 'revoked' });
  await server.advance(0);
  client.close();
  expect(statuses.filter(({ state }) => state === 'closed')).toMatchObject([
    { code: 4403, reason: 'revoked' },
  ]);
});
