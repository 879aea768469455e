import { beforeEach, expect, test } from 'vitest';
import { impatient, type MemoryRuntime, memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { openConnection } from '../../testing/openConnection.ts';
import { audienceOf } from '../delivery/audience.ts';
import type { Table } from '../ports.ts';
import { choiceOf } from './choice.ts';
import { choose } from './choose.ts';
import { readConnection, requireOpen } from './connections.ts';
import { join } from './subscribe.ts';

let runtime: MemoryRuntime;
beforeEach(() => {
  runtime = memoryRuntime();
});
const client = (clients: readonly string[]) => principal(runtime, { roles: ['client'], clients });
const open = (query: Readonly<Record<string, string>>, who = client(['acme', 'globex'])) =>
  openConnection(runtime, 'c1', who, choiceOf(query));
const stored = async () => requireOpen(await readConnection(runtime.table, 'c1'));
const subscriptions = () =>
  runtime.table
    .dump()
    .filter(({ pk }) => pk.startsWith('SUBS#t#'))
    .map(({ pk, muted, batch }) => ({
      topic: pk.slice('SUBS#t#'.length),
      ...(muted === true && { muted }),
      ...(batch === true && { batch }),
    }));
const topics = () => subscriptions().flatMap(({ topic, muted }) => (muted ? [] : topic));

test.each([
  ['user:me,client:acme', ['client:acme', 'user:ann']],
  ['client:initech,room:a,nonsense,,tenant', ['tenant:-']],
  ['', []],
])('1.4: of the feeds in the address “%s” are joined', async (feeds, joined) => {
  await open({ feeds });
  expect(topics()).toEqual(joined);
});

test('1.4: an address that names no feeds has all of them, and batches are for whoever asks', async () => {
  await open({ features: 'other,batch' });
  expect(subscriptions()).toEqual(
    ['client:acme', 'client:globex', 'tenant:-', 'user:ann'].map((topic) => ({ topic, batch: true })),
  );
  expect(await stored()).toMatchObject({ batch: true });
});

test('3.8: a hello replaces the choice, and leaves alone what is subscribed to besides', async () => {
  const connection = await open({ feeds: 'client:acme', features: 'batch' });
  await connection.ask('s', { action: 'subscribe', ref: 's', topic: 'room:a' });
  await connection.ask('h', {
    action: 'hello',
    ref: 'h',
    payload: { v: 1, feeds: ['client:globex', 'tenant'], features: ['batch'] },
  });
  expect(topics()).toEqual(['client:globex', 'room:a', 'tenant:-']);
  expect((await stored()).feeds).toEqual(['tenant', 'client:globex']);
});

test('3.8: batches begin with the hello that asks for them, and end with the one that does not', async () => {
  const connection = await open({ feeds: 'client:acme' });
  const hello = (payload: object) =>
    connection.ask('h', { action: 'hello', ref: 'h', payload: { v: 1, ...payload } });
  await hello({ features: ['batch'], subs: [{ topic: 'room:a' }] });
  expect(subscriptions()).toEqual([
    { topic: 'client:acme', batch: true },
    { topic: 'room:a', batch: true },
    { topic: 'tenant:-', muted: true, batch: true },
  ]);
  await hello({});
  expect(subscriptions().some(({ batch }) => batch)).toBe(false);
  expect(await stored()).toMatchObject({ batch: false, feeds: ['client:acme'] });
});

test('3.8: batches that were not ended in every row are ended by the repeat', async () => {
  await open({ features: 'batch' });
  const transact = () => Promise.reject(new Error('it died'));
  const table = { ...runtime.table, transact };
  await expect(choose({ ...runtime, table }, await stored(), { batch: false }, [])).rejects.toThrow(
    'it died',
  );
  expect(await stored()).toMatchObject({ batch: true });
  await choose(runtime, await stored(), { batch: false }, []);
  expect(subscriptions().some(({ batch }) => batch)).toBe(false);
});

/** A `hello` that dies as it begins batches, and one that does not ask for them. */
async function dyingAndEnding(failing: Partial<Table>): Promise<void> {
  await open({});
  const dying = { ...runtime, table: { ...runtime.table, ...failing } };
  await expect(choose(dying, await stored(), { batch: true }, [])).rejects.toThrow('it died');
  await choose(runtime, await stored(), { batch: false }, []);
}

test('3.8: batches that a hello had not yet stored when it died are in no row', async () => {
  await dyingAndEnding({ transact: () => Promise.reject(new Error('it died')) });
  expect(subscriptions().some(({ batch }) => batch)).toBe(false);
});

test('3.8: batches that a hello began in some of the rows before it died are ended in all', async () => {
  const { write } = runtime.table;
  let writes = 0;
  const first: Table['write'] = async (one) => {
    if (++writes > 1) throw new Error('it died');
    return write(one);
  };
  await dyingAndEnding({ write: first });
  expect(subscriptions().some(({ batch }) => batch)).toBe(false);
});

test('3.8: batches that were ended while they were begun are begun nowhere', async () => {
  await open({});
  const { table } = runtime;
  let happened = false;
  const write: Table['write'] = async (one) => {
    if (!happened) {
      happened = true;
      await choose(runtime, await stored(), { batch: false }, []);
    }
    return table.write(one);
  };
  await choose({ ...runtime, table: { ...table, write } }, await stored(), { batch: true }, []);
  expect([happened, (await stored()).batch]).toEqual([true, false]);
  expect(subscriptions().some(({ batch }) => batch)).toBe(false);
});

test('3.8: a subscription that began while batches were ended gets none', async () => {
  await open({ features: 'batch' });
  const connection = await stored();
  const { table } = runtime;
  let happened = false;
  const transact: Table['transact'] = async (...args) => {
    if (!happened) {
      happened = true;
      await choose(runtime, connection, { batch: false }, []);
    }
    return table.transact(...args);
  };
  const slow = impatient({ ...runtime, table: { ...table, transact } });
  await join(slow, connection, [{ kind: 'room', id: 'a' }]);
  expect(topics()).toContain('room:a');
  expect(subscriptions().some(({ batch }) => batch)).toBe(false);
});

test('3.8: a hello that says what is so already writes nothing', async () => {
  const connection = await open({ feeds: 'client:acme', features: 'batch' });
  const before = await stored();
  await connection.ask('h', { action: 'hello', ref: 'h', payload: { v: 1, features: ['batch'] } });
  expect(await stored()).toEqual(before);
});

test('3.8: who wants the feed of the tenant again hears it', async () => {
  const connection = await open({ feeds: '' });
  expect(await audienceOf(runtime, 't', { kind: 'tenant' })).toEqual([]);
  await connection.ask('h', { action: 'hello', ref: 'h', payload: { v: 1, feeds: ['tenant'] } });
  expect(await audienceOf(runtime, 't', { kind: 'tenant' })).toEqual([
    { connectionId: 'c1', batch: false, followsAll: false },
  ]);
});

test('3.8: who changes the choice without end is refused for a while, and writes nothing meanwhile', async () => {
  await open({});
  const change = async (n: number) => choose(runtime, await stored(), { batch: n % 2 === 0 }, []);
  for (let n = 0; n < 10; n++) await change(n);
  const before = runtime.table.dump();
  await expect(change(10)).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 10_000 });
  expect(runtime.table.dump()).toEqual(before);
  await runtime.clock.advance(10_000);
  await change(10);
  expect(await stored()).toMatchObject({ batch: true });
});

test('3.8: who is refused for its rate has the feed of the tenant as before', async () => {
  const connection = await open({});
  const hello = (feeds: readonly string[]) =>
    connection.ask('h', { action: 'hello', ref: 'h', payload: { v: 1, feeds } });
  for (let n = 0; n < 10; n++) await hello(n % 2 ? ['tenant'] : []);
  expect(topics()).toEqual(['tenant:-']);
  await hello([]);
  expect(topics()).toEqual(['tenant:-']);
  expect((await stored()).feeds).toEqual(['tenant']);
});

test('3.8: a hello that died before the feed of the tenant was muted is made good by the repeat', async () => {
  await open({});
  const write = () => Promise.reject(new Error('it died'));
  const choice = { feeds: [], batch: false };
  const dying = { ...runtime, table: { ...runtime.table, write } };
  await expect(choose(dying, await stored(), choice, [])).rejects.toThrow('it died');
  expect((await stored()).feeds).toEqual([]);
  await choose(runtime, await stored(), choice, []);
  expect(topics()).toEqual([]);
});
