import { beforeEach, expect, test } from 'vitest';
import { type Scheduler, scheduler } from '../../test/simulation/world/scheduler.ts';
import { contendedTable } from '../../test/support/contendedTable.ts';
import { memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { handleAction } from '../api/router.ts';
import { keys } from '../keys.ts';
import type { Table } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import type { Topic } from '../topics.ts';
import type { Change } from './change.ts';
import { commit } from './commit.ts';
import { headCache } from './headCache.ts';
import { takeLease, waitInLine } from './waiting.ts';

const date = '2026-01-05';
const board: Topic = { kind: 'queue', id: date };
let time: Scheduler;
let memory: ReturnType<typeof memoryRuntime>;
let far: Table;

beforeEach(async () => {
  memory = memoryRuntime();
  time = scheduler(Date.UTC(2026, 0, 1));
  far = contendedTable(
    memory.table,
    { clock: time, random: memory.random },
    { read: 4, write: 5, transaction: 12 },
  );
});

/** An environment of its own. */
const environment = (table: Table = far): Runtime => ({
  ...memory,
  clock: time,
  table,
  headCache: headCache(),
});
const rows = (prefix: string) => memory.table.dump().filter(({ pk }) => pk.startsWith(prefix));
const frames = () => rows('LOG#').map(({ frame }) => JSON.parse(String(frame)));
const who = (userId: string) => principal({ clock: time }, { userId });

type Answer = { readonly type: string; readonly payload: Record<string, unknown> };
const ask = (userId: string, action: string, payload: object, runtime = environment(), ref = 'r') =>
  handleAction(runtime, who(userId), `request-${userId}`, {
    action,
    ref,
    payload: payload as Record<string, unknown>,
  }) as Promise<Answer>;
const book = (userId: string, at: string, runtime?: Runtime, ref?: string) =>
  ask(userId, 'queue.book', { date, doctorId: 'd', patientId: userId, at }, runtime, ref);
const cancel = (userId: string, appointmentId: unknown, runtime?: Runtime) =>
  ask(userId, 'queue.cancel', { date, appointmentId }, runtime, 'cancel');

/** The result, and how long it took. */
async function timed<T>(work: Promise<T>): Promise<{ result: T; tookMs: number }> {
  const from = time.now();
  let tookMs = Number.NaN;
  const watched = work.then((result) => {
    tookMs = time.now() - from;
    return result;
  });
  await time.runUntil(from + 20_000);
  return { result: await watched, tookMs };
}
const done = async <T>(work: Promise<T>): Promise<T> => (await timed(work)).result;

/** Makes a topic hot, as commits in each other's way do. */
async function heat(topic: Topic = board): Promise<void> {
  const head = keys.head('t', topic);
  const state = topic.kind === 'queue' ? { booked: 0, doctors: [] } : {};
  const put = { ...head, epoch: 'e', seq: 0, state, updatedAt: time.now(), hotUntil: time.now() + 60_000 };
  await memory.table.write({ put });
}

/** A table whose next transaction waits until it is let go. */
function held(table: Table = far) {
  let letGo = () => {};
  const wait = new Promise<void>((resolve) => (letGo = resolve));
  const slow: Table = {
    ...table,
    async transact(writes, token) {
      await wait;
      return table.transact(writes, token);
    },
  };
  return { table: slow, letGo: () => letGo() };
}

test('where nobody is in the way, a commit writes its three rows and nothing else, and the topic is not hot', async () => {
  await done(book('ann', '08:00'));
  await done(book('ben', '09:00'));
  expect(rows('WAIT#')).toEqual([]);
  expect(rows('HEAD#')).toMatchObject([{ seq: 2 }]);
  expect(rows('HEAD#')[0]).not.toHaveProperty('hotUntil');
});

test('commits in each other’s way are gathered: each is made once and told once, and the line is left empty', async () => {
  const asked = Array.from({ length: 20 }, (_, n) =>
    book(`u${n}`, `${10 + (n % 10)}:${n < 10 ? '00' : '30'}`),
  );
  const answers = await done(Promise.all(asked));
  expect(answers.map(({ type }) => type)).toEqual(asked.map(() => 'ack'));
  expect(new Set(answers.map(({ payload }) => payload.seq))).toEqual(new Set(frames().map(({ seq }) => seq)));
  expect(frames().map(({ seq }) => seq)).toEqual(asked.map((_, n) => n + 1));
  expect(answers.filter(({ payload }) => payload.dup)).toEqual([]);
  expect(rows('REF#').filter(({ waited }) => waited).length).toBeGreaterThan(10);
  expect(rows('WAIT#')).toEqual([]);
});

test('one that is refused among those that are gathered is told so, and spoils nothing', async () => {
  await heat();
  const asked = ['08:00', '08:00', '09:00', '08:00', '10:00', '11:00'].map((at, n) => book(`u${n}`, at));
  const answers = await done(Promise.all(asked));
  const codes = answers.map(({ payload }) => payload.code ?? 'ack');
  expect(codes.filter((code) => code === 'conflict')).toHaveLength(2);
  expect(codes.filter((code) => code === 'ack')).toHaveLength(4);
  expect(frames()).toHaveLength(4);
  expect(rows('WAIT#')).toEqual([]);
});

test('who waits for a gatherer that died waits for its lease, and no longer', async () => {
  await heat();
  void takeLease(environment(), 't', board, undefined);
  const { result, tookMs } = await timed(book('ann', '08:00'));
  expect(result.type).toBe('ack');
  expect(tookMs).toBeGreaterThan(250);
  expect(tookMs).toBeLessThan(500);
});

test('a lease of a clock that is far ahead is waited for no longer than any', async () => {
  await heat();
  await memory.table.write({
    put: { ...keys.gatherer('t', board), by: 'x', until: time.now() + 3_600_000, ttl: 0 },
  });
  const { result, tookMs } = await timed(book('ann', '08:00'));
  expect(result.type).toBe('ack');
  expect(tookMs).toBeLessThan(500);
});

test('what was refused is not done later by a gatherer that had read it before', async () => {
  const first = await done(book('ann', '08:00'));
  const head = rows('HEAD#')[0];
  if (head) await memory.table.write({ put: { ...head, hotUntil: time.now() + 60_000 } });
  const slow = held();
  await memory.table.write({
    put: { ...keys.gatherer('t', board), by: 'x', until: time.now() + 150, ttl: 0 },
  });
  // Both are in line. The transaction of the first one, who frees the time and so gives it to the second one, is under
  // way for longer than the second one waits, whose clock is behind.
  const late = cancel('ann', first.payload.appointmentId, environment(slow.table));
  const clock = { now: () => time.now() - 400, wait: time.wait };
  const behind = { ...environment(), clock };
  const stale = { epoch: 'e', seq: 0, state: { booked: 0, doctors: [] }, updatedAt: 0 };
  behind.headCache.set('t', board, { ...stale, hotUntil: time.now() + 60_000 });
  const refused = book('ben', '08:00', behind);
  void time.wait(2000).then(slow.letGo);
  const answers = await done(Promise.all([late, refused]));
  expect(answers[1]).toMatchObject({ type: 'error', payload: { code: 'conflict' } });
  expect(answers[0]).toMatchObject({ type: 'ack' });
  expect(frames().map(({ from }) => from)).toEqual(['ann', 'ann']);
});

/** Puts a request in line, as an environment that is gone has left it. */
async function leaveInLine(userId: string, at: string, until: number): Promise<void> {
  const payload = { date, doctorId: 'd', patientId: userId, at };
  const own = { ref: 'r', askedAs: 'r', hash: 'h', action: 'queue.book' };
  const request = { ...own, principal: who(userId), payload };
  await done(waitInLine(environment(), board, request, until));
}
/** Two at once on a hot topic: one of them gathers. */
const gatherOnce = () => done(Promise.all([book('ann', '08:00'), book('ben', '09:00')]));

test('the request of an environment that died is carried out while its requester would have waited, and is its own', async () => {
  await heat();
  await leaveInLine('zoe', '10:00', time.now() + 60_000);
  await gatherOnce();
  expect(
    frames()
      .map(({ from }) => from)
      .toSorted(),
  ).toEqual(['ann', 'ben', 'zoe']);
  const repeat = await done(ask('zoe', 'queue.cancel', { date, appointmentId: 'x' }));
  expect(repeat.payload.code).toBe('conflict');
});

test('a request that nobody waits for any more is not carried out, and leaves the line', async () => {
  await heat();
  await leaveInLine('zoe', '10:00', time.now() - 1);
  await gatherOnce();
  expect(
    frames()
      .map(({ from }) => from)
      .toSorted(),
  ).toEqual(['ann', 'ben']);
  expect(rows('WAIT#')).toEqual([]);
});

test('a request that waits twice is carried out once, and the repeat is told so', async () => {
  await heat();
  const asked = [book('ann', '08:00'), book('ben', '09:00'), book('cleo', '10:00'), book('cleo', '10:00')];
  const answers = await done(Promise.all(asked));
  expect(answers.map(({ type }) => type)).toEqual(['ack', 'ack', 'ack', 'ack']);
  expect(answers.slice(2).filter(({ payload }) => payload.dup)).toHaveLength(1);
  expect(frames()).toHaveLength(3);
});

test('long requests are gathered too: what they ask for is beside their place in line, so that this stays cheap', async () => {
  const room: Topic = { kind: 'room', id: 'r' };
  await heat(room);
  const body = 'x'.repeat(3000);
  const asked = Array.from({ length: 8 }, (_, n) =>
    handleAction(environment(), who(`u${n}`), `request-${n}`, {
      action: 'room.send',
      topic: 'room:r',
      ref: 'r',
      payload: { body },
    }),
  );
  const answers = await done(Promise.all(asked));
  expect(answers.map(({ type }) => type)).toEqual(asked.map(() => 'ack'));
  expect(frames().map(({ payload }) => payload.body)).toEqual(asked.map(() => body));
  const left = rows('WAIT#');
  expect(left.length).toBeGreaterThan(4);
  expect(left.every(({ sk, ttl }) => sk.startsWith('CALL#') && Number(ttl) > 0)).toBe(true);
});

/** A change that only its own environment can make, since it comes from no action. */
const change = (more: Partial<Change<unknown>> = {}): Change<unknown> => ({
  topic: { kind: 'room', id: 'r' },
  decide: (state) => ({ event: { type: 'e', payload: {} }, state, answer: {} }),
  ...more,
});
const commitOf = (userId: string, of: Change<unknown>) =>
  commit(environment(), { principal: who(userId), ref: 'r', hash: 'h' }, of);

test('what nobody else could repeat waits until it gathers itself', async () => {
  await heat({ kind: 'room', id: 'r' });
  const asked = Array.from({ length: 5 }, (_, n) => commitOf(`u${n}`, change()));
  const seqs = (await done(Promise.all(asked))).map(({ answer }) => (answer as { seq: number }).seq);
  expect(seqs.toSorted()).toEqual([1, 2, 3, 4, 5]);
  expect(rows('REF#').filter(({ waited }) => waited)).toEqual([]);
  expect(rows('WAIT#')).toEqual([]);
});

test('a change that depends on what another one of the batch writes is left for the next', async () => {
  const room: Topic = { kind: 'room', id: 'r' };
  await heat(room);
  const row = { pk: 'ROW', sk: 'ROW' };
  const handler = memory.app.actions.get('room.send');
  const handle: NonNullable<typeof handler>['handle'] = (call) => {
    const { body } = call.payload as { body: string };
    const counting: Change<unknown> = {
      topic: room,
      rows: [row],
      decide: (state, [found]) => {
        const seen = Number(found?.n ?? 0);
        const writes = body === 'write' ? [{ put: { ...row, n: seen + 1 } }] : [];
        return { event: { type: 'e', payload: { body, seen } }, state, answer: {}, writes };
      },
    };
    return commit(call.runtime, call, counting).then(({ answer }) => answer);
  };
  if (!handler) throw new Error('no rooms');
  const app = { ...memory.app, actions: new Map([['room.send', { ...handler, handle }]]) };
  const send = (userId: string, body: string) =>
    handleAction({ ...environment(), app }, who(userId), userId, {
      action: 'room.send',
      topic: 'room:r',
      ref: 'r',
      payload: { body },
    });
  await done(
    Promise.all(['write', 'read', 'write', 'read', 'write', 'read'].map((body, n) => send(`u${n}`, body))),
  );
  let written = 0;
  for (const { payload } of frames()) {
    expect(payload.seen).toBe(written);
    if (payload.body === 'write') written++;
  }
  expect(written).toBe(3);
  expect(rows('REF#').filter(({ waited }) => waited).length).toBeGreaterThan(2);
});

test('a gatherer whose own change is made is told so, whatever becomes of those of others', async () => {
  await heat();
  await leaveInLine('zoe', '10:00', time.now() + 60_000);
  let transactions = 0;
  const failing: Table = {
    ...far,
    query: (range) => (transactions > 0 ? Promise.reject(new Error('no answer')) : far.query(range)),
    transact(...args) {
      transactions++;
      return far.transact(...args);
    },
  };
  expect(await done(book('ann', '08:00', environment(failing)))).toMatchObject({ type: 'ack' });
  expect(memory.reports).toContain('gathering: Error: no answer');
});
