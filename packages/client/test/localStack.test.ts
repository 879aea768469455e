import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { clientFeatures as features } from '../../../features/clients.ts';
import { type LocalStack, startTestStack } from '../../../test/support/localStack.ts';
import { type Client, type ClientOptions, createClient, type Status } from '../src/index.ts';
import { createVirtualClock, receive } from '../testing/index.ts';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

const clients = new Set<Client>();
afterEach(() => {
  for (const client of clients) client.close();
  clients.clear();
  stack.faults.clear({});
});

let tenants = 0;
function newTenant() {
  const tenant = `client-${tenants++}`;
  const connect = (
    person: { user: string; roles: string[]; clients?: string[] },
    options: Partial<ClientOptions> = {},
  ) => {
    const client = createClient({
      features,
      url: stack.wsUrl,
      WebSocket,
      getToken: () => stack.token({ tenant, ...person }),
      random: () => 0,
      clientId: `${person.user}-${clients.size}`,
      ...options,
    });
    clients.add(client);
    return client;
  };
  return {
    staff: (options?: Partial<ClientOptions>) => connect({ user: 'sam', roles: ['msp'] }, options),
    user: (options?: Partial<ClientOptions>) =>
      connect({ user: 'carla', roles: ['client'], clients: ['acme'] }, options),
  };
}

/** A WebSocket class whose sockets a test can cut. */
function cuttable() {
  const sockets: WebSocket[] = [];
  class CuttableWebSocket extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      sockets.push(this);
    }
  }
  return { sockets, WebSocket: CuttableWebSocket, cut: () => sockets.at(-1)?.terminate() };
}

const become = (client: Client, fits: (status: Status) => boolean) =>
  new Promise<Status>((resolve) => {
    const look = () => {
      const status = client.status.getSnapshot();
      if (!fits(status)) return;
      stop();
      resolve(status);
    };
    const stop = client.status.subscribe(look);
    queueMicrotask(look);
  });
const isOpen = ({ state }: Status) => state === 'open';
const record = (client: Client, by = 1) =>
  client.request('interaction.record', { clientId: 'acme', kind: 'call', by });

test('a client’s user and the provider see the same change, and the state that it led to', async () => {
  const { staff, user } = newTenant();
  const [sam, carla] = [staff(), user()];
  const [hers, his] = [carla.topic('client', 'acme'), sam.topic('client:*')];
  const [sheSaw, heSaw] = [receive(carla, hers), receive(sam, his)];
  await Promise.all([hers.joined(), his.joined()]);
  expect(hers.snapshot).toMatchObject({ clientId: 'acme', totals: {} });
  const { version } = await sam.request('engagement.update', { clientId: 'acme', status: 'active' });
  expect(version).toBe(1);
  await record(carla, 2);
  const isCall = ({ type }: { type: string }) => type === 'interaction';
  expect((await sheSaw.until(isCall)).map(({ type }) => type)).toEqual(['engagement', 'interaction']);
  await heSaw.until(isCall);
  expect(hers.snapshot).toMatchObject({ engagement: { status: 'active', version: 1 }, totals: { call: 2 } });
  expect(his.snapshot?.clients).toMatchObject([hers.snapshot]);
  expect(hers.position).toMatchObject({ seq: 2 });
});

test('what happens while a connection is cut comes when it is back, in order and once', async () => {
  const { staff, user } = newTenant();
  const [sam, wire] = [staff(), cuttable()];
  const carla = user({ WebSocket: wire.WebSocket });
  const topic = carla.topic('client', 'acme');
  const saw = receive(carla, topic);
  await topic.joined();
  for (let n = 1; n <= 12; n++) {
    await record(sam);
    if (n % 4 === 2) wire.cut();
  }
  const events = await saw.until((event) => 'seq' in event && event.seq === 12);
  expect(events.map((event) => 'seq' in event && event.seq)).toEqual(
    Array.from({ length: 12 }, (_, at) => at + 1),
  );
  await saw.nothing();
  expect(wire.sockets.length).toBeGreaterThan(1);
});

test('a frame that the gateway dropped is asked for when the next one shows the gap', async () => {
  const { staff, user } = newTenant();
  const clock = createVirtualClock();
  const [sam, carla] = [staff(), user({ clock })];
  const topic = carla.topic('client', 'acme');
  const saw = receive(carla, topic);
  await Promise.all([topic.joined(), sam.request('stats')]);
  stack.faults.inject({ op: 'post', outcome: 'drop', count: 3 });
  // One frame for each: of Sam's own connection, of Carla's, and Sam's signal that the fan-out is over.
  await record(sam);
  await sam.ping();
  stack.faults.clear({});
  await record(sam);
  await record(sam);
  await carla.ping();
  await clock.advance(2_000);
  const events = await saw.until((event) => 'seq' in event && event.seq === 3);
  expect(events.map((event) => 'seq' in event && event.seq)).toEqual([1, 2, 3]);
});

test('a connection is replaced before the two hours are over, and nothing is lost or doubled', async () => {
  const { staff, user } = newTenant();
  const [sam, wire, clock] = [staff(), cuttable(), createVirtualClock()];
  const carla = user({ WebSocket: wire.WebSocket, clock });
  const topic = carla.topic('client', 'acme');
  const saw = receive(carla, topic);
  await topic.joined();
  const first = carla.status.getSnapshot().session?.connectionId;
  await record(sam);
  const replaced = become(carla, ({ session }) => session !== undefined && session.connectionId !== first);
  await clock.sleep(110 * 60_000);
  const during = Promise.all([record(sam), record(sam), record(sam)]);
  await replaced;
  await during;
  await record(sam);
  const events = await saw.until((event) => 'seq' in event && event.seq === 5);
  expect(events.map((event) => 'seq' in event && event.seq)).toEqual([1, 2, 3, 4, 5]);
  await saw.nothing();
  expect(wire.sockets).toHaveLength(2);
});

test('a request that was cut off is sent again under its ref, and counts once', async () => {
  const { user } = newTenant();
  const wire = cuttable();
  const carla = user({ WebSocket: wire.WebSocket });
  carla.connect();
  await become(carla, isOpen);
  const requests = Array.from({ length: 5 }, () => record(carla));
  wire.cut();
  await Promise.all(requests);
  const { total } = await record(carla);
  expect(total).toBe(6);
});

test('in a room everybody gets a message once, the sender too', async () => {
  const { staff, user } = newTenant();
  const people = [staff(), user()] as const;
  const rooms = people.map((person) => person.topic('room', 'lobby'));
  const saw = rooms.map((room, at) => receive(people[at as 0], room));
  await Promise.all(rooms.map((room) => room.joined()));
  await people[0].request('room.send', { body: 'hello' }, { topic: 'room:lobby' });
  await people[1].request('room.send', { body: 'hi' }, { topic: 'room:lobby' });
  for (const [at, one] of saw.entries()) {
    await one.until((event) => 'seq' in event && event.seq === 2);
    await people[at as 0].ping();
    // Who is in the room is told a second after they came, which may be now.
    expect(one.transcript.filter(({ type }) => type !== 'presence')).toMatchObject([
      { type: 'room.message', from: 'sam', payload: { body: 'hello' } },
      { type: 'room.message', from: 'carla', payload: { body: 'hi' } },
    ]);
  }
});

test('who may not follow a topic is told so, and the others are followed all the same', async () => {
  const { user } = newTenant();
  const carla = user();
  const [mine, other] = [carla.topic('client', 'acme'), carla.topic('client', 'globex')];
  const stops = [mine.hold(), other.hold()];
  await expect(other.joined()).rejects.toMatchObject({
    name: 'TidingsError',
    code: 'forbidden',
    retryable: false,
  });
  await mine.joined();
  for (const stop of stops) stop();
});

test('a full day is one snapshot, with what is booked while it is read', async () => {
  const fast = await startTestStack({ memory: true });
  onTestFinished(() => fast.stop());
  const { staff } = newTenant();
  const on = (who: { user: string; roles: string[] }) => ({
    url: fast.wsUrl,
    getToken: () => fast.token({ tenant: 'day', ...who }),
  });
  const sam = on({ user: 'sam', roles: ['msp'] });
  const date = new Date().toISOString().slice(0, 10);
  const desks = Array.from({ length: 6 }, () => staff(sam));
  const book = (desk: number, at: string) =>
    desks[desk]?.request('queue.book', { date, doctorId: `dr${desk}`, patientId: 'p'.repeat(64), at });
  const minutes = Array.from({ length: 39 }, (_, n) => `09:${10 + n}`);
  await Promise.all(
    desks.map(async (_, desk) => {
      for (const at of minutes) await book(desk, at);
    }),
  );
  const screen = staff(on({ user: 'carla', roles: ['msp'] })).topic('queue', date);
  let snapshots = 0;
  screen.on('snapshot', () => snapshots++);
  const joined = screen.joined();
  const answers = await Promise.all(desks.map((_, desk) => book(desk, '07:00')));
  await joined;
  const last = Math.max(...answers.map((answer) => answer?.seq ?? 0));
  await expect.poll(() => screen.position?.seq).toBe(last);
  const later = staff(sam).topic('queue', date);
  later.hold();
  await later.joined();
  expect(screen.snapshot).toEqual(later.snapshot);
  expect(later.snapshot?.doctors.map(({ appointments }) => appointments.length)).toEqual(desks.map(() => 40));
  expect(JSON.stringify(later.snapshot).length).toBeGreaterThan(30_000);
  expect(later.snapshot).not.toHaveProperty('cursor');
  expect(snapshots).toBe(1);
});

test('a refusal names the fields that are wrong', async () => {
  const { user } = newTenant();
  const wrong = user().request('interaction.record', { clientId: 'acme', kind: 'call', by: 0 });
  await expect(wrong).rejects.toMatchObject({ code: 'validation_failed', details: [{ path: 'payload.by' }] });
});

test('a frame that would have the connection closed is refused before it is sent', async () => {
  const { user } = newTenant();
  const carla = user();
  carla.connect();
  await become(carla, isOpen);
  const large = carla.request('message.send', { userId: 'sam', body: '€'.repeat(10_900) });
  await expect(large).rejects.toMatchObject({ code: 'payload_too_large' });
  await carla.ping();
});

test('after a refused handshake a new token is asked for, once', async () => {
  const { user } = newTenant();
  const good = await stack.token({
    user: 'carla',
    tenant: 'client-forced',
    roles: ['client'],
    clients: ['acme'],
  });
  const forced: boolean[] = [];
  const carla = user({
    getToken: ({ force }) => {
      forced.push(force);
      return force ? good : 'expired';
    },
  });
  carla.connect();
  const status = await become(carla, isOpen);
  expect(status.session).toMatchObject({ userId: 'carla', tenant: 'client-forced' });
  expect(forced).toEqual([false, true]);
});
