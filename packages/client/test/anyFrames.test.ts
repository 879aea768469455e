import fc from 'fast-check';
import { expect, test } from 'vitest';
import { events } from '../../../test/support/appContracts.ts';
import { times } from '../../../test/support/numbers.ts';
import { type AskedFrame, createTestServer, type TestConnection, type TestServer } from '../testing/index.ts';
import { busyClient, noText, watched, works } from './busyClient.ts';
import { outcomeOf } from './startClient.ts';
import { createTestBrowser } from './testBrowser.ts';

const runs = Number(process.env.TIDINGS_CLIENT_RUNS ?? times(60, 300));

const topics = [
  'room:a',
  'client:acme',
  'client:*',
  'queue:2030-01-01',
  'conversation:c',
  'user:me',
  'tenant',
];
const aWord = fc.constantFrom('now', 'refresh', 'epoch-1', 's', 'c', 'j', 'done', 'forbidden', 'acme', '');
const names = [
  'epoch',
  'seq',
  'clientId',
  'code',
  'id',
  'doctorId',
  'streamId',
  'userId',
  'topic',
  'toString',
];
const { value: anything } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, false, 0, -1, 1, 1.5, 70_000, 1e300, 2 ** 53, 4401, noText),
    aWord,
    fc.constantFrom(...topics),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...names, '__proto__'), tie('value'), { maxKeys: 5 }),
  ),
}));
/** Some of these fields, with anything in them. */
const payloadOf = (fields: readonly string[]): fc.Arbitrary<unknown> =>
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record(Object.fromEntries(fields.map((name) => [name, anything])), { requiredKeys: [] }),
    },
    anything,
    fc.constant(undefined),
  );

/** The fields of what a server says besides events, by type, and of what it answers, by action. */
const frameFields = {
  ack: ['epoch', 'seq', 'behind', 'subs'],
  subscribed: ['epoch', 'seq', 'recovered', 'events'],
  error: ['code', 'message', 'retryable', 'retryAfterMs', 'details'],
  pong: [],
  disconnect: ['code', 'reason', 'reconnect', 'retryAfterMs'],
  resync: ['epoch', 'seq'],
  unsubscribed: ['code', 'message'],
  batch: ['frames', 'skipped'],
  'nobody.knows': names,
};
const answerFields = {
  hello: ['connectionId', 'userId', 'tenant', 'expiresAt', 'rotateAfterMs', 'heartbeatMs', 'limits', 'subs'],
  subscribe: ['epoch', 'seq', 'at', 'recovered', 'snapshot', 'events', 'more'],
  sync: ['behind', 'more'],
  unsubscribe: [],
  auth: ['expiresAt'],
  'notification.list': ['items', 'unread', 'cursor'],
  'presence.get': ['users', 'away', 'count'],
  'job.get': ['jobId', 'status', 'output', 'error'],
  'assistant.ask': ['conversationId', 'streamId'],
};
const fieldsOf = (schema: unknown) =>
  Object.keys((schema as { shape?: object }).shape ?? { joined: 1, left: 1, count: 1 });
const eventFields = Object.fromEntries([...events].map(([type, { payload }]) => [type, fieldsOf(payload)]));
const homes: Readonly<Record<string, string>> = {
  room: 'room:a',
  presence: 'room:a',
  queue: 'queue:2030-01-01',
  stream: 'conversation:c',
  notification: 'user:me',
  job: 'user:me',
  message: 'user:me',
};
const homeOf = (type: string) => homes[type.split('.')[0] ?? ''] ?? 'client:acme';

type Step = { readonly description: unknown; run(server: TestServer): void };
const sendAll = (server: TestServer, frame: unknown) => {
  for (const connection of server.connections()) connection.send(frame as object);
};
const aRawFrame: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .constantFrom(...Object.entries(frameFields))
      .chain(([type, fields]) =>
        fc.record({ type: fc.constant(type), topic: fc.constantFrom(...topics), payload: payloadOf(fields) }),
      ),
  },
  fc.record(
    Object.fromEntries(
      ['type', 'ref', 'topic', 'epoch', 'seq', 'id', 'from', 'ts', 'payload'].map((name) => [name, anything]),
    ),
    { requiredKeys: [] },
  ),
  anything,
);
/** An event in the log, or one that is in none. */
const anEvent = fc
  .record({ type: fc.constantFrom(...Object.keys(eventFields)), isLogged: fc.boolean() })
  .chain(({ type, isLogged }) =>
    payloadOf(eventFields[type] ?? []).map((payload): Step => {
      const topic = homeOf(type);
      return {
        description: { type, isLogged, payload },
        run(server) {
          if (isLogged) server.publish(topic, type, payload as object);
          else sendAll(server, { type, topic, payload });
        },
      };
    }),
  );
/** A state in the place of events. */
const aState = fc
  .tuple(fc.constantFrom(...topics), payloadOf(['clients', 'doctors', 'turns', 'stream', 'cursor', 'unread']))
  .map(
    ([topic, snapshot]): Step => ({
      description: { topic, snapshot },
      run(server) {
        server.recreate(topic);
        server.respond('subscribe', (frame, _, usual) =>
          frame.topic === topic ? { ...usual(), recovered: false, snapshot } : usual(),
        );
        const { epoch } = server.topic(topic);
        sendAll(server, { type: 'resync', topic, payload: { epoch, seq: 0 } });
      },
    }),
  );
const aStep = fc.oneof(
  aRawFrame.map((frame): Step => ({ description: frame, run: (server) => sendAll(server, frame) })),
  anEvent,
  aState,
);
const steps = fc.array(
  aStep.map((step) => ({
    ...step,
    [fc.toStringMethod]: () => JSON.stringify(step.description) ?? 'undefined',
  })),
  { minLength: 1, maxLength: 12 },
);

test('whatever frames of whatever types a server sends, nothing throws, and the client goes on', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const busy = await busyClient();
      for (const step of all) {
        step.run(busy.server);
        await busy.server.advance(0);
      }
      await busy.server.advance(70_000);
      await works(busy);
    }),
    { numRuns: runs },
  );
});

const anAnswer = fc.constantFrom(...Object.entries(answerFields)).chain(([action, fields]) =>
  fc.record({
    action: fc.constant(action),
    type: fc.constantFrom('ack', 'subscribed', 'error', 'room.message'),
    payload: payloadOf([...fields, 'code', 'retryable', 'retryAfterMs']),
    /** Only what is wrong is other than it should be. */
    isMixed: fc.boolean(),
  }),
);
interface AnyAnswer {
  readonly action: string;
  readonly type: string;
  readonly payload: unknown;
  readonly isMixed: boolean;
}

const answers = fc.array(anAnswer, { minLength: 1, maxLength: 8 });

/** Has the server answer so, until the returned function is called. */
function answerWith(server: TestServer, given: readonly AnyAnswer[]): () => void {
  let isHostile = true;
  for (const { action, type, payload, isMixed } of given) {
    server.respond(action, (frame: AskedFrame, connection: TestConnection, usual) => {
      if (!isHostile) return usual();
      const mixed = isMixed && typeof payload === 'object' ? { ...usual(), ...payload } : payload;
      connection.send({ type, ref: frame.ref, topic: frame.topic, payload: mixed });
      return undefined;
    });
  }
  return () => {
    isHostile = false;
  };
}

test('whatever requests are answered, nothing throws, and the client goes on', async () => {
  await fc.assert(
    fc.asyncProperty(answers, async (given) => {
      const server = createTestServer({ tokenLifeMs: 200_000 });
      const end = answerWith(server, given);
      const busy = await busyClient({}, server);
      await server.advance(70_000);
      server.drop();
      await server.advance(130_000);
      end();
      await works(busy);
    }),
    { numRuns: runs },
  );
});

test('tabs that share a socket take whatever a server sends, and whatever it answers', async () => {
  await fc.assert(
    fc.asyncProperty(steps, answers, async (all, given) => {
      const server = createTestServer();
      const end = answerWith(server, given);
      const thrown: unknown[] = [];
      const { openTab } = createTestBrowser(server);
      const shared = { WebSocket: watched(server, thrown) };
      const tabs = [openTab({ shared }), openTab({ shared })];
      for (const { client } of tabs) client.topic('room', 'a').hold();
      await server.advance(0);
      for (const step of all) {
        step.run(server);
        for (const { client } of tabs) client.topic('room', String(all.length)).hold()();
        await server.advance(2_000);
      }
      expect(thrown).toEqual([]);
      end();
      server.respond('subscribe', (_frame, _connection, usual) => usual());
      for (const { client } of tabs) client.close();
      for (const { client } of tabs) client.connect();
      await server.advance(30_000);
      server.respond('stats', () => ({ users: 1 }));
      const outcomes = tabs.map(({ client }) => outcomeOf(client.request('stats')));
      await server.advance(0);
      expect(outcomes).toEqual([{ value: { users: 1 } }, { value: { users: 1 } }]);
      expect(thrown).toEqual([]);
    }),
    { numRuns: Math.ceil(runs / 3) },
  );
});
