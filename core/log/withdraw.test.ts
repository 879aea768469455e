import { beforeEach, expect, test } from 'vitest';
import { type Scheduler, scheduler } from '../../test/simulation/world/scheduler.ts';
import { memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { handleAction } from '../api/router.ts';
import { keys } from '../keys.ts';
import type { Row, Table } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { headCache } from './headCache.ts';
import { gathererLeaseMs, takeLease } from './waiting.ts';

const date = '2026-01-05';
const board = { kind: 'queue', id: date };
let time: Scheduler;
let memory: ReturnType<typeof memoryRuntime>;

const environment = (table: Table = memory.table): Runtime => ({
  ...memory,
  clock: time,
  table,
  headCache: headCache(),
});
type Answer = { readonly type: string; readonly payload: Record<string, unknown> };
const ask = (userId: string, action: string, payload: Record<string, unknown>, table?: Table) =>
  handleAction(environment(table), principal({ clock: time }, { userId }), `${userId}-${action}`, {
    action,
    ref: action,
    payload,
  }) as Promise<Answer>;
const book = (userId: string, at: string, table?: Table) =>
  ask(userId, 'queue.book', { date, doctorId: 'd', patientId: userId, at }, table);
const cancel = (userId: string, appointmentId: unknown) =>
  ask(userId, 'queue.cancel', { date, appointmentId });
async function done<T>(work: Promise<T>): Promise<T> {
  await time.runUntil(time.now() + 1_000);
  return work;
}
const rows = (prefix: string) => memory.table.dump().filter(({ pk }) => pk.startsWith(prefix));
const line = () => rows('WAIT#').filter(({ sk }) => /^\d/.test(sk));
const booked = () => rows('LOG#').map(({ frame }) => (JSON.parse(String(frame)) as { from: string }).from);

/** The table of a function that dies once it waits in line. */
const dying = (): Table => ({
  ...memory.table,
  get: (key) => (line().length > 0 ? new Promise(() => {}) : memory.table.get(key)),
});
/** A table that does something before the line is read. */
const before = (look: () => Promise<unknown>): Table => ({
  ...memory.table,
  async query(range) {
    if (range.pk === keys.waitPartition('t', board)) await look();
    return memory.table.query(range);
  },
});
/** Who frees 08:00, before another one gathers whoever waits. */
async function free(appointmentId: unknown): Promise<void> {
  await cancel('ann', appointmentId);
  const [head] = rows('HEAD#');
  if (head) await memory.table.write({ put: { ...head, hotUntil: time.now() + 60_000 } });
  await book('dan', '11:00');
}

let taken: unknown;
beforeEach(async () => {
  memory = memoryRuntime();
  time = scheduler(Date.UTC(2026, 0, 1));
  const state = { booked: 0, doctors: [] };
  const times = { updatedAt: time.now(), hotUntil: time.now() + 60_000 };
  const head: Row = { ...keys.head('t', board), epoch: 'e', seq: 0, state, ...times };
  await memory.table.write({ put: head });
  // Somebody gathers just now, so that ben waits in line: there its function dies.
  await takeLease(environment(), 't', board, undefined);
  void book('ben', '08:00', dying());
  await time.runUntil(time.now() + gathererLeaseMs + 1);
  expect(line()).toHaveLength(1);
  // Then it is quiet, and ann, whom nobody is in the way of, gets the time.
  await memory.table.write({ put: { ...head, hotUntil: time.now() - 1 } });
  taken = (await done(book('ann', '08:00'))).payload.appointmentId;
});

test('who is refused is not done later, though the first function that it asked died in line', async () => {
  expect((await done(book('ben', '08:00'))).payload.code).toBe('conflict');
  expect(line()).toEqual([]);
  await done(free(taken));
  expect(booked()).toEqual(['ann', 'ann', 'dan']);
});

test('who was gathered while it was about to be refused is told what came of it', async () => {
  let isFreed = false;
  const table = before(async () => {
    if (isFreed) return;
    isFreed = true;
    await free(taken);
  });
  const { type, payload } = await done(book('ben', '08:00', table));
  expect(booked()).toContain('ben');
  expect({ type, dup: payload.dup }).toEqual({ type: 'ack', dup: true });
});

test('what others, or other requests, wait for stays in line', async () => {
  expect((await done(book('cat', '08:00'))).payload.code).toBe('conflict');
  expect(line()).toHaveLength(1);
  // The same ref for another request.
  const other = { date, doctorId: 'd', patientId: 'another', at: '08:00' };
  expect((await done(ask('ben', 'queue.book', other))).payload.code).toBe('conflict');
  expect(line()).toHaveLength(1);
});
