import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clientFeatures as features } from '../../../features/clients.ts';
import { times } from '../../../test/support/numbers.ts';
import { type Client, createClient } from '../src/index.ts';
import { createTestServer, type TestServer } from '../testing/index.ts';
import { createWitness } from './witness.ts';

const runs = Number(process.env.TIDINGS_CLIENT_RUNS ?? times(60, 300));
const topics = ['room:a', 'client:x', 'client:y'] as const;

interface World {
  readonly server: TestServer;
  readonly client: Client;
  readonly witnesses: Map<string, ReturnType<typeof createWitness>>;
  readonly faults: string[];
  /** Topics whose log was cut or begun anew: only there may the client say that events were missed. */
  readonly cut: Set<string>;
  readonly effects: Map<string, number>;
  readonly requests: Promise<unknown>[];
  /** What becomes of the next events on their way, and of the next requests. */
  delays: readonly (readonly number[])[];
  deaths: number;
}

type Step = { readonly name: string; run(world: World): void | Promise<void> };
const step = (name: string, run: Step['run']): Step =>
  ({ name, run, [fc.toStringMethod]: () => name }) as Step;

function publish({ server }: World, topic: string, isLost: boolean) {
  const { events } = server.topic(topic);
  const payload = { totals: { n: events.length + 1 } };
  if (isLost) server.commit(topic, 'interaction', payload);
  else server.publish(topic, 'interaction', payload);
  server.topic(topic).snapshot = { engagement: {}, ...payload };
}

const aTopic = fc.constantFrom(...topics);
const aDelay = fc.oneof(
  { weight: 4, arbitrary: fc.constant<number[]>([0]) },
  { weight: 1, arbitrary: fc.constant<number[]>([]) },
  { weight: 1, arbitrary: fc.constant<number[]>([0, 700]) },
  { weight: 2, arbitrary: fc.constantFrom([40], [900], [2500], [9000]) },
);
const aStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(aTopic, fc.integer({ min: 1, max: 5 }), fc.boolean()).map(([topic, count, isLost]) =>
      step(`${isLost ? 'commit' : 'publish'} ${count} on ${topic}`, (world) => {
        for (let n = 0; n < count; n++) publish(world, topic, isLost && n === count - 1);
      }),
    ),
  },
  {
    weight: 5,
    arbitrary: fc
      .constantFrom(0, 1, 50, 1_000, 2_500, 20_000, 70_000, 200_000)
      .map((ms) => step(`advance ${ms}`, ({ server }) => server.advance(ms))),
  },
  {
    weight: 4,
    arbitrary: fc.array(aDelay, { minLength: 1, maxLength: 8 }).map((delays) =>
      step(`delays ${JSON.stringify(delays)}`, (world) => {
        world.delays = delays;
      }),
    ),
  },
  { weight: 3, arbitrary: fc.constant(step('drop', ({ server }) => server.drop())) },
  { weight: 1, arbitrary: fc.constant(step('freeze', ({ server }) => server.freeze())) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('now', 'backoff', 'refresh')
      .map((reconnect) =>
        step(`disconnect ${reconnect}`, ({ server }) =>
          server.disconnect({ reconnect: reconnect as 'now', retryAfterMs: 500 }),
        ),
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 1, max: 3 })
      .map((n) => step(`refuse ${n}`, ({ server }) => server.refuse(n))),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(5_000, 900_000)
      .map((ms) => step(`sleep ${ms}`, ({ server }) => server.clock.sleep(ms))),
  },
  {
    weight: 1,
    arbitrary: aTopic.map((topic) =>
      step(`recreate ${topic}`, ({ server, cut }) => {
        cut.add(topic);
        server.recreate(topic);
        server.topic(topic).snapshot = { engagement: {}, totals: { n: 0 } };
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: aTopic.map((topic) =>
      step(`expire ${topic}`, ({ server, cut }) => {
        cut.add(topic);
        const { events } = server.topic(topic);
        server.topic(topic).expired = events.length;
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('room:a', 'client:x', 'client:y', 'client:*').map((name) =>
      step(`follow or leave ${name}`, (world) => {
        const witness = world.witnesses.get(name);
        if (!witness) return follow(world, name as 'client:*');
        witness.stop();
        world.faults.push(...witness.faults);
        world.witnesses.delete(name);
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.boolean().map((isLost) =>
      step(isLost ? 'many clients change unseen' : 'many clients change', (world) => {
        world.cut.add('crowd');
        for (const name of crowd) publish(world, name, isLost);
      }),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(0, 0, 1).map((deaths) =>
      step(`request, dying ${deaths} times`, (world) => {
        world.deaths = deaths;
        world.requests.push(world.client.request('stats').catch((error: unknown) => error));
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constant(
      step(
        'send',
        ({ client, requests }) =>
          void requests.push(client.request('room.send', { body: 'mine' }, { topic: 'room:a' })),
      ),
    ),
  },
);

/** A handful of clients, so that both ways of being caught up are taken: event by event, and by states. */
async function makeWorld(): Promise<World> {
  const server = createTestServer({ maxEvents: 4, hello: { rotateAfterMs: 100_000 } });
  const client = createClient({ ...server.options, features, requestTimeoutMs: 600_000 });
  const world: World = {
    server,
    client,
    witnesses: new Map(),
    faults: [],
    cut: new Set(),
    effects: new Map(),
    requests: [],
    delays: [],
    deaths: 0,
  };
  for (const topic of topics) server.topic(topic).snapshot = { engagement: {}, totals: { n: 0 } };
  server.interfere(() => {
    const [next = [0], ...rest] = world.delays;
    world.delays = rest;
    return next;
  });
  server.respond('stats', ({ ref = '' }, connection) => {
    if (!world.effects.has(ref)) world.effects.set(ref, world.effects.size + 1);
    if (world.deaths-- <= 0) return { connections: world.effects.get(ref) ?? 0 };
    // The function died after its commit: API Gateway tells so in a frame without type and ref.
    connection.send({ message: 'Internal server error', connectionId: connection.id, requestId: 'r' });
    return undefined;
  });
  for (const name of all) follow(world, name);
  return world;
}

const all = [...topics, 'client:*'] as const;
const crowd = Array.from({ length: 25 }, (_, at) => `client:c${at}`);

function follow({ client, witnesses }: World, name: (typeof all)[number]) {
  const [kind = '', id] = name === 'client:*' ? [name] : name.split(':');
  const homes = name === 'client:*' ? ['client:x', 'client:y', ...crowd] : [name];
  witnesses.set(name, createWitness(client.topic(kind as 'client', id as string), homes));
}

async function quiesce(world: World) {
  const { server } = world;
  world.delays = [];
  world.deaths = 0;
  server.refuse(0);
  // Long enough for a backoff at its cap, a silent connection to be found dead, and two rounds of sync.
  await server.advance(400_000);
}

test('whatever becomes of frames and connections, what a subscriber sees is the log', {
  timeout: 600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(aStep, { maxLength: 40 }), async (steps) => {
      const world = await makeWorld();
      const { server, client, witnesses, faults, cut, effects, requests } = world;
      for (const { run } of steps) await run(world);
      await quiesce(world);
      expect(faults).toEqual([]);
      for (const witness of witnesses.values()) {
        expect(witness.faults).toEqual([]);
        for (const topic of witness.homes) {
          const { epoch, events, snapshot } = server.topic(topic);
          if (events.length === 0 && crowd.includes(topic)) continue;
          expect(witness.reached(topic), topic).toEqual({ epoch, seq: events.length });
          if (topic !== 'room:a') expect(witness.totals(topic), topic).toEqual((snapshot as Totals).totals);
          const mayReset = cut.has(topic) || (witness.isList && cut.has('crowd'));
          if (!mayReset) expect(witness.resets(topic), topic).toBe(0);
        }
      }
      const answers = (await Promise.all(requests)) as { connections?: number }[];
      const done = answers.flatMap(({ connections }) => connections ?? []);
      expect([...done].sort((a, b) => a - b)).toEqual([...effects.values()]);
      expect(server.connections()).toHaveLength(1);
      client.close();
    }),
    { numRuns: runs },
  );
});

interface Totals {
  readonly totals: object;
}
