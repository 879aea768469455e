import { beforeEach, expect, test } from 'vitest';
import { type Scheduler, scheduler } from '../../test/simulation/world/scheduler.ts';
import { memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { handleAction } from '../api/router.ts';
import type { Call } from '../call.ts';
import { publish } from '../delivery/publish.ts';
import { keys } from '../keys.ts';
import type { Table } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import type { Topic } from '../topics.ts';
import { changeOf } from './changeOf.ts';
import { headCache } from './headCache.ts';
import { readLine, type StoredCall, takeLease, waitInLine } from './waiting.ts';

const date = '2026-01-05';
const board: Topic = { kind: 'queue', id: date };
let time: Scheduler;
let memory: ReturnType<typeof memoryRuntime>;

beforeEach(async () => {
  memory = memoryRuntime();
  time = scheduler(Date.UTC(2026, 0, 1));
  const head = { epoch: 'e', seq: 0, state: { booked: 0, doctors: [] }, updatedAt: time.now() };
  await memory.table.write({ put: { ...keys.head('t', board), ...head, hotUntil: time.now() + 60_000 } });
});

const environment = (table: Table = memory.table): Runtime => ({
  ...memory,
  clock: time,
  table,
  headCache: headCache(),
});
const who = (userId: string) => principal({ clock: time }, { userId });
const booking = (userId: string, at: string) => ({ date, doctorId: 'd', patientId: userId, at });
const book = (userId: string, at: string, table?: Table) =>
  handleAction(environment(table), who(userId), `request-${userId}`, {
    action: 'queue.book',
    ref: 'r',
    payload: booking(userId, at),
  });
const rows = (prefix: string) => memory.table.dump().filter(({ pk }) => pk.startsWith(prefix));

/** A table that refuses every transaction with a row of somebody's. */
const refusing = (userId: string): Table => ({
  ...memory.table,
  async transact(writes, token) {
    await time.wait(12);
    if (JSON.stringify(writes).includes(keys.ref('t', userId, 'r').pk)) throw new Error('a row is too large');
    return memory.table.transact(writes, token);
  },
});

test('a request that the database refuses fails by itself, and leaves the line', async () => {
  const users = ['ann', 'bad', 'ben', 'cat', 'dan'];
  const asked = Promise.all(users.map((user, n) => book(user, `1${n}:00`, refusing('bad'))));
  await time.runUntil(time.now() + 20_000);
  const answers = await asked;
  expect(answers.map(({ type }) => type)).toEqual(['ack', 'error', 'ack', 'ack', 'ack']);
  expect(rows('LOG#')).toHaveLength(4);
  expect(rows('WAIT#')).toEqual([]);
});

test('who is told of an error while it waits is not in line any more', async () => {
  await takeLease(environment(), 't', board, undefined);
  const failing: Table = {
    ...memory.table,
    get: (key) =>
      key.pk.startsWith('WAIT#') && rows('WAIT#').length > 1
        ? Promise.reject(new Error('no'))
        : memory.table.get(key),
  };
  const asked = book('ann', '08:00', failing);
  await time.runUntil(time.now() + 20_000);
  expect((await asked).type).toBe('error');
  const { rows: line } = await memory.table.query({ pk: keys.waitPartition('t', board), from: '0', to: ':' });
  expect(line).toEqual([]);
});

const stored = (payload: object, more: object = {}): StoredCall => ({
  ...{ action: 'queue.book', principal: who('ann'), ref: 'r', hash: 'h', payload },
  ...more,
});

test('a request whose fields this release does not know, or lacks, is left to its requester', async () => {
  const known = booking('ann', '08:00');
  expect(await changeOf(environment(), board, stored(known))).toMatchObject({ topic: board });
  expect(await changeOf(environment(), board, stored({ ...known, urgent: true }))).toBeUndefined();
  const { at: _, ...lacking } = known;
  expect(await changeOf(environment(), board, stored(lacking))).toBeUndefined();
});

test('a part of a request has no place in line, and no other part is taken for it', async () => {
  const call = { ...stored(booking('ann', '08:00')), askedAs: 'r', runtime: environment() };
  const until = time.now() + 3_000;
  expect(await waitInLine(environment(), board, { ...call, ref: 'r:2' }, until)).toBeUndefined();
  expect(await waitInLine(environment(), board, call, until)).toBeDefined();
  expect(await readLine(environment(), 't', board, 10)).toHaveLength(1);

  const app = environment().app;
  const handler = app.actions.get('queue.book');
  const change = { topic: board, decide: () => ({ unchanged: {} }) };
  const committing = (refOf: (ref: string) => string) => async (own: Call) =>
    publish({ ...own, ref: refOf(own.ref) } as never, change as never);
  const withHandler = (handle: (own: Call) => Promise<object>): Runtime => ({
    ...environment(),
    app: { ...app, actions: new Map([['queue.book', { ...handler, handle } as never]]) },
  });
  const first = withHandler(committing((ref) => `${ref}:first`));
  expect(await changeOf(first, board, call)).toBeUndefined();
  expect(await changeOf(withHandler(committing((ref) => ref)), board, call)).toBe(change);
});
