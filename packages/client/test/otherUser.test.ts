import { expect, test } from 'vitest';
import { keepPositions } from '../src/index.ts';
import { openClient, outcomeOf } from './startClient.ts';

/** A client that Ada has open; whoever `hello.userId` names is signed in at its next connection. */
async function openedByAda(options = {}, greeting = {}) {
  const hello: Record<string, unknown> = { userId: 'ada', ...greeting };
  const started = await openClient(options, { hello, tokenLifeMs: 600_000 });
  const sentAs: unknown[] = [];
  started.server.respond('message.send', () => {
    sentAs.push(hello.userId);
    return hello.userId === 'bo' ? { epoch: 'e', seq: 1 } : undefined;
  });
  const send = (ref: string) =>
    outcomeOf(started.client.request('message.send', { userId: 'boss', body: 'I resign' }, { ref }));
  return { ...started, hello, sentAs, send };
}

const ofAnother = (ref: string) => ({ error: { code: 'identity_mismatch', retryable: false, ref } });

test.each(['userId', 'tenant'])('what one user asked for is never done under another %s', async (part) => {
  const { server, hello, sentAs, send } = await openedByAda();
  const outcomes = [send('sent')];
  await server.advance(0);
  server.refuse(1);
  server.drop();
  await server.advance(0);
  outcomes.push(send('waiting'));
  hello[part] = 'bo';
  await server.advance(10_000);
  expect(outcomes).toMatchObject([ofAnother('sent'), ofAnother('waiting')]);
  expect(sentAs).toEqual(['ada']);
  const later = send('later');
  await server.advance(0);
  expect([later.error, server.asked('message.send').length]).toEqual([undefined, 2]);
});

test('a token that turns out to be another user’s takes no request along', async () => {
  const { server, client, hello, sentAs, send } = await openedByAda();
  server.respond('auth', () => {
    hello.userId = 'bo';
    return { refused: 'identity_mismatch' };
  });
  await server.advance(400_000);
  for (let n = 0; n < 30 && hello.userId === 'ada'; n++) {
    send(`sent ${n}`);
    await server.advance(5_000);
  }
  await server.advance(5_000);
  expect(client.status.getSnapshot().session?.userId).toBe('bo');
  expect(new Set(sentAs)).toEqual(new Set(['ada']));
});

test('who signs in after the client was closed may ask at once', async () => {
  const { server, client, hello, sentAs, send } = await openedByAda();
  const before = send('of Ada');
  await server.advance(0);
  client.close();
  hello.userId = 'bo';
  client.connect();
  const after = send('of Bo');
  await server.advance(0);
  expect([before, after]).toMatchObject([{ error: { code: 'closed' } }, { value: { seq: 1 } }]);
  expect(sentAs).toEqual(['ada', 'bo']);
});

test.each(['lost', 'closed', 'replaced'])(
  'of a connection that was %s another user sees nothing, and gets every state anew',
  async (how) => {
    const { server, client, hello } = await openedByAda({}, { rotateAfterMs: 100_000 });
    server.topic('user:me').snapshot = { unread: 7 };
    server.topic('client:a').snapshot = { clientId: 'a', totals: {} };
    const [me, room, all] = [client.topic('user'), client.topic('room', 'a'), client.topic('client:*')];
    const heard: unknown[] = [];
    me.on('reset', ({ snapshot }) => heard.push(snapshot));
    room.on('reset', ({ position }) => heard.push(position));
    all.on('reset', ({ snapshot }) => heard.push(snapshot.clients.map(({ clientId }) => clientId)));
    const shown: unknown[] = [];
    me.subscribe(() => shown.push(me.snapshot));
    await server.advance(0);
    server.publish('room:a', 'room.message');
    server.publish('client:a', 'interaction', { totals: {} });
    await server.advance(0);
    expect([heard, shown]).toEqual([[], [{ unread: 7 }]]);
    hello.userId = 'bo';
    server.topic('user:me').snapshot = { unread: 1 };
    server.respond('subscribe', () => undefined);
    if (how === 'lost') server.drop();
    if (how === 'closed') {
      client.close();
      client.connect();
    }
    await server.advance(how === 'replaced' ? 100_000 : 2_000);
    expect([me.snapshot, me.position, me.isJoined, room.position, all.snapshot]).toEqual([
      undefined,
      undefined,
      false,
      undefined,
      undefined,
    ]);
    const joined = outcomeOf(me.joined());
    server.respond('subscribe', (_frame, _connection, usual) => usual());
    await server.advance(90_000);
    expect(joined).toStrictEqual({ value: undefined });
    expect(shown).toEqual([{ unread: 7 }, undefined, { unread: 1 }]);
    expect(heard).toHaveLength(3);
    expect(heard).toEqual(
      expect.arrayContaining([{ unread: 1 }, { epoch: server.topic('room:a').epoch, seq: 1 }, ['a']]),
    );
    server.publish('room:a', 'room.message');
    await server.advance(0);
    expect(room.position?.seq).toBe(2);
  },
);

test('a topic that another user’s app leaves is left, however often it was followed before', async () => {
  const { server, client, hello } = await openedByAda();
  const room = client.topic('room', 'a');
  const stops = [room.hold(), room.hold(), room.hold()];
  client.topic('room', 'left').hold()();
  await server.advance(0);
  hello.userId = 'bo';
  server.drop();
  await server.advance(5_000);
  stops.push(room.hold());
  for (const stop of stops) stop();
  await server.advance(5_000);
  expect(server.connections().flatMap(({ topics }) => [...topics])).toEqual([]);
  expect(client.topic('room', 'left').isJoined).toBe(false);
});

test('positions of one user are kept from the next, and stay where they were saved', async () => {
  const saved: unknown[] = [];
  const positions = keepPositions({ load: () => undefined, save: (all) => saved.push(all) });
  const { server, client, hello } = await openedByAda({ positions });
  const seen: unknown[] = [];
  client.topic('room', 'a').on('*', ({ seq }) => seen.push(seq));
  await server.advance(0);
  server.publish('room:a', 'room.message');
  await server.advance(0);
  hello.userId = 'bo';
  server.drop();
  server.commit('room:a', 'room.message');
  await server.advance(5_000);
  server.publish('room:a', 'room.message');
  await server.advance(5_000);
  expect(seen).toEqual([1, 3]);
  expect(saved).toEqual([{ 'room:a': { epoch: 'epoch-1', seq: 1 } }]);
});
