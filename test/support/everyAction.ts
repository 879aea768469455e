import { unlimited } from '../../core/api/rateLimit.ts';
import { endConnection } from '../../core/connections/endConnection.ts';
import type { Principal } from '../../core/principal.ts';
import { clientTopics } from '../../features/engagement/clientTopics.ts';
import { openConnection } from '../../testing/openConnection.ts';
import { type MemoryRuntime, memoryRuntime, principal } from './memoryRuntime.ts';
import { meteredTable } from './meteredTable.ts';

type Answer = Readonly<Record<string, unknown>>;
type Frame = { readonly topic?: string; readonly payload?: object };

type People = Readonly<Record<string, Partial<Principal>>>;
export const staffAndClient = {
  ann: { userId: 'ann', roles: ['msp', 'admin'] },
  carla: { userId: 'carla', roles: ['client'], clients: ['acme'] },
} satisfies People;
const date = '2026-01-02';

export type Counting = Awaited<ReturnType<typeof counted>>;

/** Two people with a connection each, over a table that counts: what each request costs, and what it was answered. */
export async function counted({
  people = staffAndClient,
  tenant = 't',
  memory = memoryRuntime(),
  batch = false,
}: {
  readonly people?: People;
  readonly tenant?: string;
  readonly memory?: MemoryRuntime;
  readonly batch?: boolean;
} = {}) {
  const { table, meter } = meteredTable(memory.table);
  const runtime = { ...memory, table, rates: unlimited };
  const costs = new Map<string, string>();
  const note = async <T>(what: string, run: () => Promise<T>): Promise<T> => {
    meter.reset();
    const result = await run();
    costs.set(what, `${meter.writeUnits} | ${meter.readUnits}`);
    return result;
  };
  const connectAs = (name: string, id = name) =>
    openConnection(runtime, `${tenant}-${id}`, principal(memory, { tenant, ...people[name] }), { batch });
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
    tenant,
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

async function connections({ tenant, note, connectAs, ask, send, runtime }: Counting) {
  await note('`$connect`', () => connectAs('carla', 'second'));
  // The reaper looks after those that end within their first minute.
  await runtime.clock.advance(60_000);
  await note('`$disconnect`', () =>
    endConnection(runtime, `${tenant}-second`, { socket: 'gone', force: true }),
  );
  await ask('carla', 'hello', { v: 1 });
  await ask('ann', 'sync', { heads: {} });
  await send('ann', 'subscribe', { topic: 'room:lobby', payload: {} });
  await ask('carla', 'subscribe', {}, 'room:lobby');
  const token = runtime.tokens.issue({
    sub: 'ann',
    tenant,
    roles: ['msp', 'admin'],
    client_ids: [],
    iat: runtime.clock.now() / 1000,
    exp: runtime.clock.now() / 1000 + 3600,
  });
  await ask('ann', 'auth', { token });
  await ask('ann', 'presence.set', { data: { typing: true } }, 'room:lobby');
  await ask('ann', 'presence.get', {}, 'room:lobby');
  await ask('ann', 'stats');
  await ask('ann', 'connections.list');
  await ask('ann', 'connection.describe', { connectionId: `${tenant}-ann` });
  await ask('ann', 'topic.describe', { topic: 'room:lobby' });
  await ask('ann', 'topic.followers', { topic: 'room:lobby' });
  await ask('carla', 'unsubscribe', {}, 'room:lobby');
}

async function events({ ask, note, send, twice, runtime, tenant }: Counting) {
  const record = { clientId: 'acme', kind: 'call' };
  await twice('carla', 'interaction.record', () => record);
  runtime.headCache.delete(tenant, clientTopics.of('acme'));
  await note('`interaction.record`, where the function does not know the head', () =>
    send('carla', 'interaction.record', { payload: record }),
  );
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
  await ask('ann', 'topic.list', { kind: 'room' });
  await ask('ann', 'topic.log', { topic: 'room:lobby' });
  await send('carla', 'subscribe', { topic: 'orders:acme', payload: {} });
  await twice('carla', 'channel.publish', (n) => ({ data: { n } }), 'orders:acme');
}

async function boards({ ask, send, twice }: Counting) {
  await send('ann', 'subscribe', { topic: `queue:${date}`, payload: {} });
  const book = (n: number) => ({ date, doctorId: 'house', patientId: `p${n}`, at: `09:0${n}` });
  const { appointmentId } = await twice('ann', 'queue.book', book);
  await ask('ann', 'queue.checkIn', { date, appointmentId });
  await ask('ann', 'queue.cancel', { date, appointmentId });
}

async function work({ ask, twice }: Counting) {
  const { jobId } = await twice('ann', 'job.submit', () => ({
    kind: 'translate',
    input: { text: 'hello', to: 'es' },
  }));
  await ask('ann', 'job.get', { jobId });
  const { streamId } = await ask('ann', 'assistant.ask', { text: 'hello' });
  await ask('ann', 'assistant.cancel', { streamId });
  await ask('ann', 'user.revoke', { userId: 'carla' });
}

/** Two people do all that an app lets anybody do. */
export async function everyAction(all: Counting): Promise<void> {
  for (const part of [connections, events, boards, work]) await part(all);
}
