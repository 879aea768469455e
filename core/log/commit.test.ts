import { beforeEach, expect, test } from 'vitest';
import { impatient, type MemoryRuntime, memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { keys } from '../keys.ts';
import type { TransactOutcome } from '../ports.ts';
import type { Change } from './change.ts';
import { commit } from './commit.ts';
import { headCache } from './headCache.ts';
import type { RequestKey } from './request.ts';

const topic = { kind: 'room', id: 'r' } as const;
const change: Change<typeof topic> = {
  topic,
  decide: (state) => ({ event: { type: 'e', payload: { n: 1 } }, state, answer: { ok: true } }),
};

let runtime: MemoryRuntime;
let request: (ref: string, hash?: string) => RequestKey;
beforeEach(() => {
  runtime = memoryRuntime();
  request = (ref, hash = 'h') => ({ principal: principal(runtime), ref, hash });
});

const rows = (prefix: string) => runtime.table.dump().filter(({ pk }) => pk.startsWith(prefix));

/** The next transactions come to this before, or after, they are carried out. */
function meddle(
  ...steps: readonly {
    before?: TransactOutcome;
    after?: TransactOutcome;
    meanwhile?: () => Promise<unknown>;
  }[]
) {
  const { table } = runtime;
  const left = [...steps];
  runtime = {
    ...impatient(runtime),
    table: {
      ...table,
      async transact(writes, token) {
        const step = left.shift();
        await step?.meanwhile?.();
        if (step?.before) return step.before;
        const outcome = await table.transact(writes, token);
        return step?.after ?? outcome;
      },
    },
  };
}

test('events of a topic are numbered from 1 without a hole, in the order of the commits', async () => {
  const answers = [];
  for (const ref of ['a', 'b', 'c']) answers.push((await commit(runtime, request(ref), change)).answer);
  expect(answers).toMatchObject([{ seq: 1 }, { seq: 2 }, { seq: 3 }]);
  expect(rows('LOG#').map((row) => JSON.parse(row.frame as string).seq)).toEqual([1, 2, 3]);
  expect(rows('HEAD#')).toMatchObject([{ seq: 3 }]);
});

test('a row of the log says that its event is to be emitted where the contract does, and else nothing of it', async () => {
  await commit(runtime, request('a'), change);
  const app = { ...runtime.app, emitted: new Set(['e']) };
  await commit({ ...runtime, app }, request('b'), change);
  const [silent, marked] = rows('LOG#');
  expect(new Set(Object.keys(silent ?? {}))).toEqual(new Set(['pk', 'sk', 'frame', 'at', 'ttl']));
  expect(marked).toEqual({ ...marked, emit: true });
  expect(JSON.parse(String(marked?.frame))).not.toHaveProperty('emit');
});

test('of several events of one change each goes to the event bus that the contract says so of', async () => {
  const app = { ...runtime.app, emitted: new Set(['outward']) };
  const types = ['outward', 'inward', 'outward'];
  await commit({ ...runtime, app }, request('a'), {
    topic,
    decide: (state) => ({ event: types.map((type) => ({ type, payload: {} })) as never, state, answer: {} }),
  });
  expect(rows('LOG#').map(({ emit = false }) => emit)).toEqual([true, false, true]);
});

const several = (count: number): Change<typeof topic> => ({
  topic,
  decide: (state) => ({
    event: Array.from({ length: count }, (_, n) => ({ type: 'e', payload: { n } })) as never,
    state,
    answer: {},
  }),
});

test('a change may have several events: one transaction, numbers without a hole, and a repeat sends all of them again', async () => {
  await commit(runtime, request('before'), change);
  const transactions: number[] = [];
  const { transact } = runtime.table;
  const counting = {
    ...runtime,
    table: {
      ...runtime.table,
      transact: (...[writes, token]: Parameters<typeof transact>) => {
        transactions.push(writes.length);
        return transact(writes, token);
      },
    },
  };
  const first = await commit(counting, request('a'), several(50));
  expect(transactions).toEqual([52]);
  expect(first.answer).toMatchObject({ seq: 51 });
  const frames = first.events?.map(({ frame }) => JSON.parse(frame));
  expect(frames?.map(({ seq, payload }) => [seq, payload.n])).toEqual(
    Array.from({ length: 50 }, (_, n) => [n + 2, n]),
  );
  expect(new Set(frames?.map(({ id }) => id)).size).toBe(50);
  expect(rows('HEAD#')).toMatchObject([{ seq: 51 }]);
  const again = await commit(runtime, request('a'), several(50));
  expect(again).toEqual({ answer: { ...first.answer, dup: true }, events: first.events, isAgain: true });
  expect((await commit(runtime, request('after'), change)).answer).toMatchObject({ seq: 52 });
});

test('of several events all are written or none', async () => {
  meddle(
    { before: { outcome: 'conflict' } },
    {
      before: { outcome: 'conflict' },
      meanwhile: async () => {
        expect(rows('LOG#')).toEqual([]);
      },
    },
  );
  expect((await commit(runtime, request('a'), several(3))).answer).toMatchObject({ seq: 3 });
  expect(rows('LOG#')).toHaveLength(3);
  await expect(commit(runtime, request('b'), several(51))).rejects.toThrow('51 events is too large');
});

test('a repeated ref gets the first answer and the first frame, and writes nothing', async () => {
  const first = await commit(runtime, request('a'), change);
  const before = runtime.table.dump();
  const second = await commit(runtime, request('a'), change);
  expect(second).toEqual({ answer: { ...first.answer, dup: true }, events: first.events, isAgain: true });
  expect(runtime.table.dump()).toEqual(before);
});

test('the same ref with another request is a conflict, even when the other would be refused', async () => {
  await commit(runtime, request('a'), change);
  const refusing = {
    topic,
    decide: () => {
      throw new Error('must not be asked');
    },
  };
  await expect(
    commit({ ...runtime, headCache: headCache() }, request('a', 'other'), refusing),
  ).rejects.toMatchObject({
    code: 'conflict',
  });
});

test('a ref is forgotten after 24 hours by its own time, though its row is still there', async () => {
  await commit(runtime, request('a'), change);
  await runtime.clock.advance(24 * 3_600_000);
  expect((await commit(runtime, request('a'), change)).answer).toMatchObject({ seq: 2 });
});

test('a commit whose answer was lost is found by its token and counted once', async () => {
  meddle({ after: { outcome: 'unknown' } });
  expect((await commit(runtime, request('a'), change)).answer).toEqual({
    ok: true,
    epoch: expect.any(String),
    seq: 1,
  });
  expect(rows('LOG#')).toHaveLength(1);
});

test('a commit that was lost before it was carried out is carried out by the repeat', async () => {
  meddle({ before: { outcome: 'unknown' } }, { before: { outcome: 'conflict' } });
  expect((await commit(runtime, request('a'), change)).answer).toMatchObject({ seq: 1 });
  expect(rows('LOG#')).toHaveLength(1);
});

test('who loses the race for a number takes the next one, on the state that the winner left', async () => {
  const rival = { ...runtime, headCache: headCache() };
  const counting: Change<{ unread: number }> = {
    topic: { kind: 'user', id: 'u' },
    decide: ({ unread }) => ({
      event: { type: 'e', payload: {} },
      state: { unread: unread + 1 },
      answer: { unread: unread + 1 },
    }),
  };
  await commit(runtime, request('first'), counting);
  meddle({ meanwhile: () => commit(rival, request('rival'), counting) });
  const { answer } = await commit(runtime, request('mine'), counting);
  expect(answer).toMatchObject({ unread: 3, seq: 3 });
});

test('of two requests with one ref at once, one is carried out and the other gets its answer', async () => {
  const rival = { ...runtime, headCache: headCache() };
  meddle({ meanwhile: () => commit(rival, request('a'), change) });
  expect((await commit(runtime, request('a'), change)).answer).toMatchObject({ seq: 1, dup: true });
  expect(rows('LOG#')).toHaveLength(1);
});

test('a remembered head never refuses: what looks wrong on it is judged again on a read', async () => {
  const once: Change<{ unread: number }> = {
    topic: { kind: 'user', id: 'u' },
    decide: ({ unread }) => {
      if (unread > 0) throw new Error('refused');
      return { event: { type: 'e', payload: {} }, state: { unread: 1 }, answer: {} };
    },
  };
  await commit(runtime, request('a'), once);
  const reset: typeof once = {
    ...once,
    decide: () => ({ event: { type: 'e', payload: {} }, state: { unread: 0 }, answer: {} }),
  };
  await commit({ ...runtime, headCache: headCache() }, request('b'), reset);
  expect((await commit(runtime, request('c'), once)).answer).toMatchObject({ seq: 3 });
});

test('a refusal writes nothing; a no-op remembers its answer and no event', async () => {
  const refused = {
    topic,
    decide: () => {
      throw new Error('no');
    },
  };
  await expect(commit(runtime, request('a'), refused)).rejects.toThrow('no');
  expect(runtime.table.dump()).toEqual([]);
  const noop = { topic, decide: () => ({ unchanged: { already: true } }) };
  expect(await commit(runtime, request('b'), noop)).toEqual({ answer: { already: true } });
  expect(await commit(runtime, request('b'), noop)).toEqual({ answer: { already: true, dup: true } });
  expect(rows('LOG#')).toEqual([]);
});

test('a feature’s rows are written with the event or not at all, and decided again when they changed', async () => {
  const row = { pk: 'ROW', sk: 'x' };
  const taking: Change<typeof topic> = {
    topic,
    rows: [row],
    decide: (state, [taken]) =>
      taken
        ? { unchanged: { taken: true } }
        : {
            event: { type: 'e', payload: {} },
            state,
            answer: {},
            writes: [{ put: row, if: { is: 'absent' } }],
          },
  };
  const { table } = runtime;
  meddle({ meanwhile: () => table.write({ put: row }) });
  expect((await commit(runtime, request('a'), taking)).answer).toEqual({ taken: true });
  expect(rows('LOG#')).toEqual([]);
});

test('three seconds of conflicts end in unavailable, and nothing was written', async () => {
  meddle(...Array.from({ length: 1000 }, () => ({ before: { outcome: 'conflict' } as const })));
  const begun = runtime.clock.now();
  await expect(commit(runtime, request('a'), change)).rejects.toMatchObject({
    code: 'unavailable',
    retryAfterMs: 1000,
  });
  const tookMs = runtime.clock.now() - begun;
  expect(tookMs).toBeGreaterThanOrEqual(3000);
  expect(tookMs).toBeLessThan(3200);
  expect(runtime.table.dump()).toEqual([]);
});

test('the log row lives an hour longer than its retention', async () => {
  await commit(runtime, request('a'), change);
  const [log] = rows('LOG#');
  expect((log?.ttl as number) * 1000 - runtime.clock.now()).toBe(25 * 3_600_000);
  expect(await runtime.table.get(keys.ref('t', 'ann', 'a'))).toMatchObject({
    ttl: runtime.clock.now() / 1000 + 86_400,
  });
});
