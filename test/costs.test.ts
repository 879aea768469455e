import { readFileSync } from 'node:fs';
import { beforeEach, expect, test } from 'vitest';
import { unlimited } from '../core/api/rateLimit.ts';
import { endConnection } from '../core/connections/endConnection.ts';
import { everyMinute } from '../core/connections/everyMinute.ts';
import type { Principal } from '../core/principal.ts';
import { openConnection } from '../testing/openConnection.ts';
import { memoryRuntime, principal } from './support/memoryRuntime.ts';
import { countUnits } from './support/unitsOf.ts';

type Answer = Readonly<Record<string, unknown>>;
type Frame = { readonly topic?: string; readonly payload?: object };

type People = Readonly<Record<string, Partial<Principal>>>;
const staffAndClient: People = {
  ann: { userId: 'ann', roles: ['msp', 'admin'] },
  carla: { userId: 'carla', roles: ['client'], clients: ['acme'] },
};
const date = '2026-01-02';

/** Two people with a connection each, over a table that counts: what each request costs, and what it was answered. */
async function counted({ people = staffAndClient }: { readonly people?: People } = {}) {
  const memory = memoryRuntime();
  const { table, units } = countUnits(memory.table);
  const runtime = { ...memory, table, rates: unlimited };
  const costs = new Map<string, string>();
  const note = async <T>(what: string, run: () => Promise<T>): Promise<T> => {
    units.reset();
    const result = await run();
    costs.set(what, `${units.write} | ${units.read}`);
    return result;
  };
  const connectAs = (name: string, id = name) => openConnection(runtime, id, principal(memory, people[name]));
  const connections: Record<string, Awaited<ReturnType<typeof connectAs>>> = {};
  for (const name of Object.keys(people)) connections[name] = await connectAs(name);
  let asked = 0;
  const send = async (who: string, action: string, frame: Frame): Promise<Answer> => {
    const ref = `ref-${++asked}`;
    const { type, payload } = (await connections[who]?.ask(ref, { action, ref, ...frame })) ?? {};
    if (type === 'error') throw new Error(`${action}: ${JSON.stringify(payload)}`);
    return payload as Answer;
  };
  const ask = (who: string, action: string, payload: object = {}, topic?: string) =>
    note(`\`${action}\``, () => send(who, action, { payload, ...(topic !== undefined && { topic }) }));
  return {
    runtime,
    costs,
    note,
    connectAs,
    send,
    ask,
    /** The same twice, of which the second is noted: the topic is there, and its head is known. */
    async twice(who: string, action: string, payload: (n: number) => object, topic?: string) {
      await send(who, action, { payload: payload(1), ...(topic !== undefined && { topic }) });
      return ask(who, action, payload(2), topic);
    },
  };
}

let all: Awaited<ReturnType<typeof counted>>;
beforeEach(async () => {
  all = await counted();
});

async function connections({ note, connectAs, ask, send, runtime }: typeof all) {
  await note('`$connect`', () => connectAs('carla', 'second'));
  await note('`$disconnect`', () => endConnection(runtime, 'second', { socket: 'gone', force: true }));
  await ask('carla', 'hello', { v: 1 });
  await ask('ann', 'sync', { heads: {} });
  await send('ann', 'subscribe', { topic: 'room:lobby', payload: {} });
  await ask('carla', 'subscribe', {}, 'room:lobby');
  const token = runtime.tokens.issue({
    sub: 'ann',
    tenant: 't',
    roles: ['msp', 'admin'],
    client_ids: [],
    iat: runtime.clock.now() / 1000,
    exp: runtime.clock.now() / 1000 + 3600,
  });
  await ask('ann', 'auth', { token });
  await ask('ann', 'presence.set', { data: { typing: true } }, 'room:lobby');
  await ask('ann', 'presence.get', {}, 'room:lobby');
  await ask('ann', 'stats');
  await ask('carla', 'unsubscribe', {}, 'room:lobby');
}

/** A minute after another, with nobody there and nothing due. */
async function nothing() {
  const { runtime, note, costs } = await counted({ people: {} });
  for (let minute = 0; minute < 3; minute++) {
    await note('`reaper`', () => everyMinute(runtime, 50_000));
    await runtime.clock.advance(60_000);
  }
  return costs;
}

async function events({ ask, send, twice }: typeof all) {
  await twice('carla', 'interaction.record', () => ({ clientId: 'acme', kind: 'call' }));
  await twice('ann', 'engagement.update', (n) => ({ clientId: 'acme', score: n }));
  await ask('ann', 'engagement.get', { clientId: 'acme' });
  await ask('ann', 'interaction.forget', { clientId: 'acme', kind: 'call' });
  const { alertId } = await twice('ann', 'alert.raise', (n) => ({
    to: { clientId: 'acme' },
    severity: 'warning',
    title: `certificate ${n}`,
  }));
  await ask('carla', 'alert.acknowledge', { alertId });
  await twice('ann', 'message.send', () => ({ userId: 'carla', body: 'hello' }));
  const { id } = await twice('ann', 'notification.send', () => ({
    userId: 'carla',
    kind: 'invoice',
    title: 'Your invoice is ready',
  }));
  await ask('carla', 'notification.list');
  await ask('carla', 'notification.read', { ids: [id] });
  await twice('ann', 'room.send', () => ({ body: 'hello' }), 'room:lobby');
  await send('carla', 'subscribe', { topic: 'orders:acme', payload: {} });
  await twice('carla', 'channel.publish', (n) => ({ data: { n } }), 'orders:acme');
}

async function boards({ ask, send, twice }: typeof all) {
  await send('ann', 'subscribe', { topic: `queue:${date}`, payload: {} });
  const book = (n: number) => ({ date, doctorId: 'house', patientId: `p${n}`, at: `09:0${n}` });
  const { appointmentId } = await twice('ann', 'queue.book', book);
  await ask('ann', 'queue.checkIn', { date, appointmentId });
  await ask('ann', 'queue.cancel', { date, appointmentId });
}

async function work({ ask, twice }: typeof all) {
  const { jobId } = await twice('ann', 'job.submit', () => ({
    kind: 'translate',
    input: { text: 'hello', to: 'es' },
  }));
  await ask('ann', 'job.get', { jobId });
  const { streamId } = await ask('ann', 'assistant.ask', { text: 'hello' });
  await ask('ann', 'assistant.cancel', { streamId });
  await ask('ann', 'user.revoke', { userId: 'carla' });
}

test('docs/costs.md says what each action writes and reads, to the unit', async () => {
  for (const part of [connections, events, boards, work]) await part(all);
  const actions = [...all.runtime.app.actions.keys()].map((name) => `\`${name}\``);
  expect([...all.costs.keys()]).toEqual(expect.arrayContaining(actions));
  const text = readFileSync(new URL('../docs/costs.md', import.meta.url), 'utf8');
  const said = [...text.matchAll(/^\| (`\S+`) \| (\d+ \| \d+) \|$/gm)].map(([, what, cost]) => [what, cost]);
  expect(Object.fromEntries(said)).toEqual(Object.fromEntries([...all.costs, ...(await nothing())]));
});
