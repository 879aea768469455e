import { beforeEach, expect, test } from 'vitest';
import { scheduler } from '../../../test/simulation/world/scheduler.ts';
import { contendedTable } from '../../../test/support/contendedTable.ts';
import { drainDeliveries } from '../../../test/support/drainDeliveries.ts';
import { type FollowedAll, runFollowedAll } from '../../../test/support/followedAll.ts';
import { memoryRuntime } from '../../../test/support/memoryRuntime.ts';
import { times } from '../../../test/support/numbers.ts';
import { type TenantOfClients, tenantOfClients } from '../../../test/support/tenantOfClients.ts';
import { keys } from '../../keys.ts';
import type { Runtime } from '../../runtime.ts';
import { audienceOf } from '../audience.ts';

/** On a virtual clock, with the times of DynamoDB. */
async function measure(of: FollowedAll, settings: object = {}) {
  const time = scheduler(Date.UTC(2026, 0, 1));
  const memory = {
    ...memoryRuntime({ ...settings, limits: { framesPerSecond: 100_000, frameBurst: 100_000 } }),
    clock: time,
  };
  const latencies = { read: 4, write: 5, transaction: 12 };
  const far = contendedTable(memory.table, { clock: time, random: memory.random }, latencies);
  const measured = runFollowedAll(memory, far, of);
  await time.runUntil(time.now() + (of.seconds + 20) * 1000);
  return measured;
}

test('8: staff who follow 1,000 clients with 167 events a second get all of them, in at most 5 frames a second each', async () => {
  const seconds = times(8, 40);
  const { events, frames } = await measure({ clients: 1_000, perSecond: 167, seconds, staff: 3 });
  for (const got of frames) {
    expect(new Set(got.flatMap((frame) => frame.events)).size).toBe(events);
    // An environment that is new sends its first event at once: in the first seconds there are some.
    for (let second = 3; second <= seconds; second++) {
      const some = got.filter(({ at }) => Math.floor(at / 1000) === second);
      expect(some.length, `second ${second}`).toBeLessThanOrEqual(5);
    }
  }
});

test('8: collectionBatchMs 0 is off', async () => {
  const { events, frames } = await measure(
    { clients: 1_000, perSecond: 100, seconds: 2, staff: 1 },
    { collectionBatchMs: 0 },
  );
  expect(frames[0]).toHaveLength(events);
});

let tenant: TenantOfClients;
beforeEach(() => {
  tenant = tenantOfClients();
});

test('8: where little is going on, who follows all clients gets each event at once, and nothing more is read or written', async () => {
  await tenant.follow('c1');
  const one = tenant.environment();
  for (const client of ['acme', 'globex', 'initech']) {
    await tenant.record(client, one);
    await tenant.runtime.clock.advance(60_000);
  }
  expect(tenant.posted('c1').map(({ type }) => type)).toEqual(Array(3).fill('interaction'));
  // Others, that look first, and find nothing.
  await Promise.all(['acme', 'globex'].map((client) => tenant.record(client, tenant.environment())));
  expect(tenant.posted('c1')).toHaveLength(5);
  expect(tenant.windows()).toEqual([]);
});

test('8: what an environment publishes of several clients in a row reaches who follows all of them as one frame', async () => {
  await tenant.follow('c1');
  await tenant.follow('c2', ['client:*'], false);
  const { one, held } = await tenant.openWindow();
  await tenant.runtime.clock.advance(10);
  // Those that know of it look whether a window is open; nobody else waits.
  await tenant.record('initech', one);
  await tenant.record('acme', one);
  await tenant.runtime.clock.advance(200);
  await held;
  expect(tenant.posted('c1').map(({ type }) => type)).toEqual(['interaction', 'batch']);
  expect(tenant.eventsTo('c1').toSorted()).toEqual([
    'client:acme 1',
    'client:acme 2',
    'client:globex 1',
    'client:initech 1',
  ]);
  expect(tenant.posted('c2')).toHaveLength(4);
});

test('8: who follows a client by name and with all others gets each event once', async () => {
  await tenant.follow('c1', ['client:acme', 'client:*']);
  const one = tenant.environment();
  await tenant.record('acme', one);
  await tenant.runtime.clock.advance(1);
  const held = tenant.record('acme', one);
  await tenant.runtime.clock.advance(10);
  await tenant.record('acme', one);
  await tenant.runtime.clock.advance(200);
  await held;
  expect(tenant.eventsTo('c1')).toEqual(['client:acme 1', 'client:acme 2', 'client:acme 3']);
});

test('8: who died with the window of all clients open leaves its events to who comes after its lease', async () => {
  await tenant.follow('c1');
  const one = tenant.environment();
  await tenant.record('acme', one);
  await tenant.runtime.clock.advance(1);
  void tenant.record('globex', {
    ...one,
    clock: { ...tenant.runtime.clock, wait: () => new Promise<never>(() => {}) },
  });
  await tenant.runtime.clock.advance(1);
  await tenant.record('initech', one);
  await tenant.runtime.clock.advance(200 + 501);
  const taking = tenant.record('hooli', one);
  await tenant.runtime.clock.advance(200);
  await taking;
  expect(tenant.eventsTo('c1').toSorted()).toEqual([
    'client:acme 1',
    'client:globex 1',
    'client:hooli 1',
    'client:initech 1',
  ]);
});

test('8: an event that was listed before a window begins is in it too', async () => {
  await tenant.follow('c1');
  const one = tenant.environment();
  await tenant.record('acme', one);
  await tenant.runtime.clock.advance(1);
  let look = () => {};
  const late = new Promise<void>((resolve) => {
    look = resolve;
  });
  const write: Runtime['table']['write'] = async (wanted) => {
    if ('put' in wanted && wanted.put.sk === 'WINDOW') await late;
    return tenant.runtime.table.write(wanted);
  };
  const first = tenant.record('globex', { ...one, table: { ...tenant.runtime.table, write } });
  await tenant.runtime.clock.advance(1);
  const second = tenant.record('initech', one);
  await tenant.runtime.clock.advance(1);
  look();
  await first;
  await tenant.runtime.clock.advance(200);
  await second;
  expect(tenant.eventsTo('c1').toSorted()).toEqual(['client:acme 1', 'client:globex 1', 'client:initech 1']);
});

test('8: who is too slow for a batch of several clients is told to go on from the last of them, and asks about the others', async () => {
  await tenant.follow('c1');
  const { one, held } = await tenant.openWindow();
  await tenant.runtime.clock.advance(10);
  await tenant.record('initech', one);
  tenant.runtime.sockets.script('c1', 'behind', 'behind');
  await tenant.runtime.clock.advance(200);
  await held;
  await drainDeliveries(tenant.runtime);
  expect(tenant.posted('c1').at(-1)).toMatchObject({
    type: 'resync',
    topic: expect.stringMatching(/^client:(globex|initech)$/),
  });
});

test('8: an environment that has long published nothing leaves its event to the window that it finds open', async () => {
  await tenant.follow('c1');
  const [rare, one] = [tenant.environment(), tenant.environment()];
  await tenant.record('acme', rare);
  await tenant.runtime.clock.advance(120_000);
  await tenant.record('acme', one);
  await tenant.runtime.clock.advance(1);
  const held = tenant.record('globex', one);
  await tenant.runtime.clock.advance(10);
  await tenant.record('initech', rare);
  await tenant.runtime.clock.advance(200);
  await held;
  expect(tenant.posted('c1').map(({ type }) => type)).toEqual(['interaction', 'interaction', 'batch']);
  expect(tenant.eventsTo('c1').slice(2).toSorted()).toEqual(['client:globex 1', 'client:initech 1']);
});

test('8: the window of all clients is among those who follow them, and is never taken for one of them', async () => {
  await tenant.follow('c1');
  const { held } = await tenant.openWindow();
  await tenant.runtime.clock.advance(200);
  await held;
  const [window] = tenant.windows();
  expect(window?.pk).toBe(keys.subscribers('t', { kind: 'client', id: '*' }));
  const followers = await audienceOf(tenant.runtime, 't', { kind: 'client', id: 'acme' });
  expect(followers.map(({ connectionId }) => connectionId)).toEqual(['c1']);
});

test('8: who took long to list its event opens no window, which would send again what others have sent meanwhile', async () => {
  await tenant.follow('c1');
  const one = tenant.environment();
  await tenant.record('acme', one);
  await tenant.runtime.clock.advance(1);
  const slow = tenant.record('initech', tenant.listingFor(300, one));
  await tenant.runtime.clock.advance(10);
  const held = tenant.record('globex', one);
  await tenant.runtime.clock.advance(800);
  await Promise.all([held, slow]);
  expect(tenant.eventsTo('c1').toSorted()).toEqual(['client:acme 1', 'client:globex 1', 'client:initech 1']);
});

test('8: who has not listed its event yet does not leave it to a window', async () => {
  await tenant.follow('c1');
  const { one, held } = await tenant.openWindow();
  await tenant.runtime.clock.advance(10);
  const slow = tenant.record('initech', tenant.listingFor(300, one));
  await tenant.runtime.clock.advance(800);
  await Promise.all([held, slow]);
  expect(tenant.eventsTo('c1').toSorted()).toEqual(['client:acme 1', 'client:globex 1', 'client:initech 1']);
});
