import { beforeEach, expect, test } from 'vitest';
import { impatient, type MemoryRuntime, memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import type { Write } from '../ports.ts';
import type { Change } from './change.ts';
import { commit } from './commit.ts';
import { headCache } from './headCache.ts';
import type { Committed } from './rememberedRequest.ts';

const topic = { kind: 'user', id: 'nora' } as const;
const open: Change<{ unread: number }> = {
  topic,
  decide: (state) => ({ event: { type: 'e', payload: {} }, state, answer: {} }),
};
/** Refused once there is anything unread. */
const onlyOnce: Change<{ unread: number }> = {
  topic,
  decide: ({ unread }) => {
    if (unread > 0) throw new Error('refused');
    return { event: { type: 'e', payload: {} }, state: { unread: 1 }, answer: {} };
  },
};

let memory: MemoryRuntime;
let runtime: MemoryRuntime;
/** Whose commits the table was given, in that order, and how many reads there were. */
let written: string[];
let reads: number;
/** While it is set, no transaction ends. */
let held: Promise<void> | undefined;

beforeEach(() => {
  memory = memoryRuntime();
  written = [];
  reads = 0;
  held = undefined;
  runtime = {
    ...memory,
    table: {
      ...memory.table,
      getTogether(keys) {
        reads++;
        return memory.table.getTogether(keys);
      },
      async transact(writes, token) {
        written.push(userOf(writes));
        await held;
        return memory.table.transact(writes, token);
      },
    },
  };
});

const userOf = (writes: readonly Write[]) => {
  const ref = writes.flatMap((write) => ('put' in write && write.put.sk === 'REF' ? [write.put.pk] : []));
  return ref[0]?.split('#')[2] ?? '';
};
/** Holds every transaction until it is called. */
function hold(): () => void {
  let release = () => {};
  held = new Promise((resolve) => (release = resolve));
  return () => {
    held = undefined;
    release();
  };
}
let refs = 0;
const ask = (userId: string, change = open, ref = `ref-${refs++}`): Promise<Committed> =>
  commit(runtime, { principal: principal(memory, { userId }), ref, hash: 'h' }, change);
const outcome = (asked: Promise<Committed>) =>
  asked.then(
    () => 'committed',
    (error: Error) => error.message,
  );
const many = (count: number, userId: string, change = open) =>
  Array.from({ length: count }, () => outcome(ask(userId, change)));

/** What came of a request by now; one that waits for a turn is not waited for. */
async function byNow<R>(asked: Promise<R>): Promise<R | 'still waiting'> {
  await memory.clock.advance(0);
  return Promise.race([asked, Promise.resolve('still waiting' as const)]);
}

test('whoever asks for one change waits for one commit of each other user, however many those have under way', async () => {
  const release = hold();
  const flood = [...many(100, 'mallory'), ...many(100, 'mark')];
  const one = ask('nurse');
  await memory.clock.advance(0);
  release();
  await one;
  expect(written.indexOf('nurse')).toBeLessThanOrEqual(3);
  expect(new Set(await Promise.all(flood))).toEqual(new Set(['committed']));
  expect(written).toHaveLength(201);
});

test('commits of one process on one topic go one at a time, and on two topics at the same time', async () => {
  let underWay = 0;
  let max = 0;
  const { table } = runtime;
  const counted: MemoryRuntime['table'] = {
    ...table,
    async transact(writes, token) {
      max = Math.max(max, ++underWay);
      await memory.clock.advance(0);
      underWay--;
      return table.transact(writes, token);
    },
  };
  runtime = { ...impatient(runtime), table: counted };
  await Promise.all(['ann', 'ben', 'cleo'].map((who) => ask(who)));
  expect(max).toBe(1);
  const elsewhere = { ...open, topic: { kind: 'user', id: 'otto' } as const };
  await Promise.all([ask('ann'), ask('ben', elsewhere)]);
  expect(max).toBe(2);
  expect(written).toHaveLength(5);
});

test('who has waited four seconds for a turn is answered that it is too busy, and nothing of it is written', async () => {
  const release = hold();
  const underWay = ask('nurse');
  const late = ask('ann');
  const refused = expect(late).rejects.toMatchObject({ code: 'unavailable' });
  await memory.clock.advance(4001);
  release();
  await underWay;
  await refused;
  expect(written).toEqual(['nurse']);
});

test('a refusal is answered while another one’s commit is under way, and costs one read and no write', async () => {
  await ask('ann', onlyOnce);
  const release = hold();
  const underWay = ask('nurse');
  await memory.clock.advance(0);
  const [before, wrote] = [reads, written.length];
  const outcomes = await Promise.all(many(50, 'mallory', onlyOnce).map(byNow));
  expect(new Set(outcomes)).toEqual(new Set(['refused']));
  expect([reads - before, written.length - wrote]).toEqual([50, 0]);
  release();
  await underWay;
});

test('a flood that is refused after its first leaves the turn before it is judged', async () => {
  await ask('ann');
  const release = hold();
  const flood = many(50, 'mallory', onlyOnce);
  await memory.clock.advance(0);
  release();
  const outcomes = await Promise.all(flood);
  expect(outcomes.filter((one) => one === 'committed')).toHaveLength(1);
  expect(written.filter((user) => user === 'mallory')).toHaveLength(1);
  expect(reads).toBeLessThanOrEqual(50);
});

test('what leaves all as it is takes no turn either', async () => {
  const noop: Change<{ unread: number }> = { topic, decide: () => ({ unchanged: { already: true } }) };
  await ask('ann');
  const release = hold();
  const underWay = ask('nurse');
  await memory.clock.advance(0);
  expect(await byNow(ask('ben', noop, 'again'))).toEqual({ answer: { already: true } });
  expect(await byNow(ask('ben', noop, 'again'))).toEqual({ answer: { already: true, dup: true } });
  release();
  await underWay;
});

test('a head that was read to refuse is remembered, so that the next refusal needs no turn', async () => {
  await ask('ann', onlyOnce);
  runtime = { ...runtime, headCache: headCache() };
  expect(await outcome(ask('mallory', onlyOnce))).toBe('refused');
  const release = hold();
  const underWay = ask('nurse');
  await memory.clock.advance(0);
  expect(await byNow(outcome(ask('mallory', onlyOnce)))).toBe('refused');
  release();
  await underWay;
});

test('what a stale head would refuse is committed once a read says otherwise', async () => {
  await ask('ann', onlyOnce);
  const elsewhere = { ...runtime, headCache: headCache() };
  const reset: Change<{ unread: number }> = { ...open, decide: () => ({ ...opened, state: { unread: 0 } }) };
  const opened = { event: { type: 'e', payload: {} }, answer: {} };
  await commit(elsewhere, { principal: principal(memory), ref: 'reset', hash: 'h' }, reset);
  expect((await ask('ben', onlyOnce)).answer).toMatchObject({ seq: 3 });
});

test('a decision gets the time of each attempt, and its event is of that time', async () => {
  const decidedAt: number[] = [];
  const timed: Change<{ unread: number }> = {
    topic,
    decide: (state, _rows, now) => {
      decidedAt.push(now);
      return { event: { type: 'e', payload: {} }, state, answer: {} };
    },
  };
  await ask('ann');
  const first = memory.clock.now();
  const elsewhere = { ...runtime, headCache: headCache() };
  let isFirst = true;
  const { table } = runtime;
  runtime = {
    ...impatient(runtime),
    table: {
      ...table,
      async transact(writes, token) {
        if (isFirst) {
          isFirst = false;
          await commit(elsewhere, { principal: principal(memory), ref: 'rival', hash: 'h' }, open);
          await memory.clock.advance(1000);
        }
        return table.transact(writes, token);
      },
    },
  };
  const [event] = (await ask('ben', timed)).events ?? [];
  expect(new Set(decidedAt)).toEqual(new Set([first, JSON.parse(event?.frame ?? '').ts]));
  expect(JSON.parse(event?.frame ?? '').ts).toBeGreaterThanOrEqual(first + 1000);
});
