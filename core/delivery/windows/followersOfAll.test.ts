import { beforeEach, expect, test } from 'vitest';
import { type TenantOfClients, tenantOfClients } from '../../../test/support/tenantOfClients.ts';
import { keys } from '../../keys.ts';
import type { Runtime } from '../../runtime.ts';

let tenant: TenantOfClients;
beforeEach(() => {
  tenant = tenantOfClients();
});

/** The same environment, and what it reads and writes of the window and the list of all clients. */
function watched(by: Runtime) {
  const { table } = tenant.runtime;
  const seen = { looks: 0, listed: 0 };
  const get: typeof table.get = (key) => {
    if (key.sk === 'WINDOW') seen.looks++;
    return table.get(key);
  };
  const write: typeof table.write = (wanted) => {
    if ('put' in wanted && wanted.put.pk.startsWith('CHANGES#')) seen.listed++;
    return table.write(wanted);
  };
  return { seen, by: { ...by, table: { ...table, get, write } } };
}

test('8: into an open window of all clients an event is left by one read, unless its environment knew of nobody who follows them', async () => {
  await tenant.follow('c1');
  const { one, held } = await tenant.openWindow();
  await tenant.runtime.clock.advance(10);
  const known = watched(one);
  await tenant.record('initech', known.by);
  expect(known.seen).toEqual({ looks: 0, listed: 1 });
  const fresh = watched(tenant.environment());
  await tenant.record('hooli', fresh.by);
  expect(fresh.seen).toEqual({ looks: 1, listed: 1 });
  await tenant.runtime.clock.advance(200);
  await held;
  expect(tenant.eventsTo('c1').toSorted()).toEqual([
    'client:acme 1',
    'client:globex 1',
    'client:hooli 1',
    'client:initech 1',
  ]);
});

test('8: an environment remembers for ten seconds that much was going on', async () => {
  await tenant.follow('c1');
  const { one, held } = await tenant.openWindow();
  await tenant.runtime.clock.advance(10);
  await tenant.record('initech', one);
  await tenant.runtime.clock.advance(200);
  await held;
  for (const [ms, looks] of [
    [9_000, 0],
    [11_000, 1],
  ] as const) {
    await tenant.runtime.clock.advance(ms);
    const other = tenant.environment();
    await tenant.record('acme', other);
    await tenant.runtime.clock.advance(1);
    const next = tenant.record('globex', other);
    await tenant.runtime.clock.advance(1);
    const { seen, by } = watched(one);
    await tenant.record('initech', by);
    expect(seen.looks, `after ${ms}`).toBe(looks);
    await tenant.runtime.clock.advance(200);
    await next;
  }
});

test('8: who follows a client by name does not wait until its event is listed for others, and gets it once', async () => {
  await tenant.follow('c1');
  await tenant.follow('c2', ['client:acme']);
  const { one, held } = await tenant.openWindow();
  await tenant.runtime.clock.advance(10_100);
  await held;
  await tenant.record('globex', one);
  await tenant.runtime.clock.advance(1);
  const slow = tenant.record('acme', tenant.listingFor(300, one));
  await tenant.runtime.clock.advance(0);
  expect(tenant.eventsTo('c2')).toEqual(['client:acme 1', 'client:acme 2']);
  await tenant.runtime.clock.advance(1_000);
  await slow;
  expect(tenant.eventsTo('c2')).toEqual(['client:acme 1', 'client:acme 2']);
  expect(tenant.eventsTo('c1').toSorted()).toEqual([
    'client:acme 1',
    'client:acme 2',
    'client:globex 1',
    'client:globex 2',
  ]);
});

test('8: who follows all clients, and one by name, gets what is left to their window of it once', async () => {
  await tenant.follow('c1', ['client:initech', 'client:*']);
  const { one, held } = await tenant.openWindow();
  await tenant.runtime.clock.advance(10);
  await tenant.record('initech', one);
  await tenant.runtime.clock.advance(200);
  await held;
  expect(tenant.eventsTo('c1').toSorted()).toEqual(['client:acme 1', 'client:globex 1', 'client:initech 1']);
});

test('8: a list that is slow keeps who follows all clients waiting for 50 ms', async () => {
  await tenant.follow('c1', ['client:*'], false);
  const one = tenant.environment();
  await tenant.record('acme', one);
  await tenant.runtime.clock.advance(1);
  const slow = tenant.record('globex', tenant.listingFor(300, one));
  await tenant.runtime.clock.advance(49);
  expect(tenant.eventsTo('c1')).toEqual(['client:acme 1']);
  await tenant.runtime.clock.advance(1);
  expect(tenant.eventsTo('c1')).toEqual(['client:acme 1', 'client:globex 1']);
  await tenant.runtime.clock.advance(300);
  await slow;
});

test('8: an event is listed before its publisher is answered, also where it cannot be read who follows its topic', async () => {
  await tenant.follow('c1');
  const { one, held } = await tenant.openWindow();
  const { table } = tenant.listingFor(80, one);
  const query: typeof table.query = async (range) => {
    if (range.pk === keys.subscribers('t', { kind: 'client', id: 'initech' })) throw new Error('no answer');
    return table.query(range);
  };
  const listed = () =>
    tenant.runtime.table.dump().filter(({ pk, sk }) => pk.startsWith('CHANGES#') && sk.includes('initech'));
  const answered = tenant.record('initech', { ...one, table: { ...table, query } }).then(listed);
  await tenant.runtime.clock.advance(1_000);
  expect(await answered).toHaveLength(1);
  await held;
});

test('8: where nobody follows all clients any more, one event is listed for nothing', async () => {
  const c1 = await tenant.follow('c1');
  const { one, held } = await tenant.openWindow();
  await tenant.runtime.clock.advance(200);
  await held;
  await c1.ask('leave', { action: 'unsubscribe', topic: 'client:*' });
  const { seen, by } = watched(one);
  for (let n = 0; n < 3; n++) await tenant.record('acme', by);
  expect(seen.listed).toBe(1);
});
