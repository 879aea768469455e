import { expect, test } from 'vitest';
import { openClient } from '../support/client.ts';
import { ownStack } from '../support/ownStack.ts';

const { stack, tenant } = ownStack();

interface Step {
  readonly [figure: string]: unknown;
  readonly connects: number;
  readonly delivered: number;
  readonly framesIn: number;
  readonly framesOut: number;
  readonly openConnections: number;
}
interface Metrics {
  readonly nowMs: number;
  readonly steps: readonly Step[];
  readonly current: Step;
}
const look = async <T>(path: string): Promise<T> =>
  (await fetch(`${stack().httpUrl}/_local/${path}`)).json() as T;
const kill = async (body: object) => {
  const response = await fetch(`${stack().httpUrl}/_local/kill`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, ...((await response.json()) as object) };
};

/** Of all steps so far together: a test may run over the end of one. */
async function total(figure: 'connects' | 'delivered' | 'framesIn' | 'framesOut'): Promise<number> {
  const { steps, current } = await look<Metrics>('metrics');
  return [...steps, current].reduce((sum, step) => sum + step[figure], 0);
}
const connectionIdOf = async (client: Awaited<ReturnType<typeof openClient>>) =>
  String((await client.ask('hello', { payload: { v: 1 } })).payload.connectionId);

test('what happens is counted: connects, frames both ways, deliveries, and what the database takes', async () => {
  const own = tenant();
  const ann = await own.staff('ann');
  const carla = await own.clientUser('carla', 'acme');
  const before = { in: await total('framesIn'), out: await total('framesOut') };
  await carla.ask('interaction.record', { payload: { clientId: 'acme', kind: 'call' } });
  await ann.type('interaction');
  await expect.poll(() => total('delivered')).toBeGreaterThanOrEqual(1);
  expect(await total('connects')).toBe(2);
  expect((await total('framesIn')) - before.in).toBe(1);
  expect((await total('framesOut')) - before.out).toBeGreaterThanOrEqual(2);
  const { current, steps } = await look<Metrics>('metrics');
  expect(current).toMatchObject({
    openConnections: 2,
    openByRole: { msp: 1, client: 1 },
    deadLetters: 0,
  });
  expect([...steps, current].some(({ postMs }) => Number(Object(postMs).p50) >= 0)).toBe(true);
  const units = (name: string) => [...steps, current].reduce((sum, step) => sum + Number(step[name] ?? 0), 0);
  if (stack().engine === 'memory') expect(current).not.toHaveProperty('readUnits');
  else expect([units('writeUnits'), units('readUnits')].every((count) => count > 3)).toBe(true);
});

test('only what is new is told to whoever says since when, and a time that is none is refused', async () => {
  const { nowMs } = await look<Metrics>('metrics');
  expect((await look<Metrics>(`metrics?since=${nowMs + 3_600_000}`)).steps).toEqual([]);
  expect(await look('metrics?since=soon')).toMatchObject({ message: expect.stringContaining('"since"') });
});

test('a moved clock leaves the hour as it is', async () => {
  const own = tenant();
  await (await own.staff()).settled();
  const before = await total('connects');
  const { nowMs } = await look<Metrics>('metrics');
  await stack().clock.advance(2 * 3_600_000);
  expect(await total('connects')).toBeGreaterThanOrEqual(before);
  expect((await look<Metrics>('metrics')).nowMs - nowMs).toBeLessThan(3_600_000);
});

test('a handshake that is refused is told of, newest first, with the check that failed', async () => {
  const own = tenant();
  const expired = await own.token({ user: 'ann', roles: ['msp'], expiresIn: '-10m' });
  await expect(openClient(stack().wsUrl, { token: expired })).rejects.toThrow('401');
  await expect(openClient(`${stack().wsUrl}x`, {})).rejects.toThrow('403');
  const { refusals } = await look<{ refusals: object[] }>('refusals');
  expect(refusals.slice(0, 2)).toEqual([
    { at: expect.any(Number), status: 403, check: 'gateway', why: `this stack is at ${stack().wsUrl}` },
    {
      at: expect.any(Number),
      status: 401,
      check: 'expiry',
      why: 'the token is over, or ends within a minute',
      requestId: expect.any(String),
    },
  ]);
  expect(JSON.stringify(refusals)).not.toContain(expired);
  const { current, steps } = await look<Metrics>('metrics');
  const checks = [...steps, current].flatMap((step) => Object.keys(Object(step.refusedHandshakes)));
  expect(checks).toEqual(expect.arrayContaining(['expiry', 'gateway']));
});

test('a connection is killed as by a network that fails, or all are', async () => {
  const own = tenant();
  const [ann, bob, carla] = [await own.staff('ann'), await own.staff('bob'), await own.staff('carla')];
  expect(await kill({ connectionId: await connectionIdOf(ann) })).toEqual({ status: 200, killed: 1 });
  expect((await ann.closed).code).toBe(1006);
  await bob.settled();
  expect(await kill({ connectionId: 'nobody' })).toMatchObject({ status: 400 });
  expect(await kill({ connection: 'x' })).toMatchObject({ status: 400 });
  const { killed } = (await kill({})) as { killed?: number };
  expect(killed).toBeGreaterThanOrEqual(2);
  expect([(await bob.closed).code, (await carla.closed).code]).toEqual([1006, 1006]);
});

test('tenants are told of with their users', async () => {
  const own = tenant();
  const carla = await own.clientUser('carla', 'acme');
  await carla.ask('message.send', { payload: { userId: 'bob', body: 'hi' } });
  const { tenants } = await look<{ tenants: { tenant: string }[] }>('tenants');
  expect(tenants.find((one) => one.tenant === own.name)).toEqual({
    tenant: own.name,
    users: [
      { userId: 'bob', roles: [], clients: [], connections: 0 },
      { userId: 'carla', roles: ['client'], clients: ['acme'], connections: 1 },
    ],
  });
});
