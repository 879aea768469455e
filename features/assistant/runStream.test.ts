import { beforeEach, expect, test } from 'vitest';
import { allRows } from '../../core/allRows.ts';
import { handleAction } from '../../core/api/router.ts';
import { keys } from '../../core/keys.ts';
import { readHead } from '../../core/log/topicHead.ts';
import { maxContentionMs } from '../../core/timeouts.ts';
import { resumeWork, type WorkMessage } from '../../core/work/watch.ts';
import { crowded } from '../../test/support/crowdedTable.ts';
import { durationOf } from '../../test/support/durationOf.ts';
import { type MemoryRuntime, memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { conversationTopics } from './conversation.ts';
import { streamKey } from './keys.ts';
import type { Model } from './model.ts';
import { runStream } from './runStream.ts';
import { leaseStream } from './streamLease.ts';
import { streamLeaseMs } from './streamWork.ts';

let memory: MemoryRuntime;
let asked = 0;
beforeEach(() => {
  memory = memoryRuntime();
  asked = 0;
});

const act = async (action: string, payload: object) =>
  (await handleAction(memory, principal(memory), memory.random.id(), { action, payload: { ...payload } }))
    .payload;

interface Question {
  readonly conversationId: string;
  readonly streamId: string;
}
const ask = async (text = 'Why?', more: object = {}) =>
  (await act('assistant.ask', { text, ...more })) as Question;
const message = ({ streamId }: Question): WorkMessage => ({ tenant: 't', id: streamId });

/** A model that gives these pieces; `undefined`: from there on, silence. */
const saying = (...pieces: (string | undefined)[]): Model => ({
  async *stream() {
    asked++;
    for (const piece of pieces) {
      if (piece === undefined) await new Promise(() => {});
      else yield piece;
    }
  },
});
const run = (question: Question, model: Model) => runStream({ ...memory, model }, message(question));

async function events(question: Question): Promise<object[]> {
  const topic = { kind: 'conversation', id: question.conversationId } as const;
  const head = await readHead(memory.table, 't', topic);
  if (!head) return [];
  const found: object[] = [];
  for await (const row of allRows(memory.table, { pk: keys.logPartition('t', topic, head.epoch) })) {
    const { type, payload } = JSON.parse(row.frame as string);
    found.push({ type, ...payload });
  }
  return found;
}

test('an answer is begun once, however many messages for it come', async () => {
  const question = await ask();
  await Promise.all([run(question, saying('so')), run(question, saying('so'))]);
  await run(question, saying('so'));
  expect(asked).toBe(1);
  expect(await events(question)).toMatchObject([
    { type: 'stream.start', text: 'Why?' },
    { type: 'stream.end', status: 'complete', text: 'so' },
  ]);
  expect(memory.metrics.of('FailedWork', 'an answer')).toEqual([0]);
});

test('an answer whose function died is ended with what there is of it, within two minutes, and not given again', async () => {
  const question = await ask();
  void run(question, saying('as far as ', undefined));
  await memory.clock.advance(0);
  // From here on the function is dead: nothing of it shows a sign of life.
  const { table } = memory;
  memory.work.stream.receive().map((received) => received.done());
  const row = await table.get(streamKey('t', question.streamId));
  const over = { leaseId: 'another', leaseExpiresAt: row?.leaseExpiresAt ?? 0 };
  await table.write({ update: streamKey('t', question.streamId), set: over });
  for (let minute = 0; minute < 3; minute++) {
    await memory.clock.advance(60_000);
    await resumeWork(memory);
  }
  const [resumed] = memory.work.stream.receive();
  expect(resumed?.body).toEqual(message(question));
  await run(question, saying('once more'));
  expect(asked).toBe(1);
  expect((await events(question)).at(-1)).toMatchObject({ status: 'error', text: 'as far as ' });
  expect(memory.metrics.of('FailedWork', 'an answer')).toEqual([1]);
  const next = await ask('Next?', { conversationId: question.conversationId });
  await run(next, saying('yes'));
  expect((await events(next)).at(-1)).toMatchObject({ status: 'complete', text: 'yes' });
});

test('an answer whose function died before it could begin has a beginning all the same', async () => {
  const question = await ask();
  await leaseStream(memory, message(question));
  await memory.clock.advance(streamLeaseMs + 1);
  await run(question, saying('so'));
  const { streamId } = question;
  expect(await events(question)).toEqual([
    { type: 'stream.start', streamId, text: 'Why?' },
    { type: 'stream.end', streamId, status: 'error', text: '' },
  ]);
});

test('a function that comes back after its lease sends nothing', async () => {
  const question = await ask();
  let comeBack = () => {};
  const late: Model = {
    async *stream() {
      yield 'early ';
      await new Promise<void>((resolve) => (comeBack = resolve));
      yield 'late';
    },
  };
  const first = run(question, late);
  await memory.clock.advance(0);
  const key = streamKey('t', question.streamId);
  await memory.table.write({ update: key, set: { leaseExpiresAt: memory.clock.now() - 1 } });
  await run(question, saying());
  comeBack();
  await first;
  expect(await events(question)).toMatchObject([
    { type: 'stream.start' },
    { type: 'stream.end', status: 'error', text: 'early ' },
  ]);
});

test('a function that lost its answer to another stops at its next beat', async () => {
  const question = await ask();
  const running = run(question, saying('well ', undefined));
  await memory.clock.advance(0);
  const key = streamKey('t', question.streamId);
  await memory.table.write({ update: key, set: { leaseId: 'another' } });
  await memory.clock.advance(500);
  await running;
  expect(await events(question)).toHaveLength(1);
});

test('a function that lost its answer to another does not send its end', async () => {
  const question = await ask();
  let comeBack = () => {};
  const late: Model = {
    async *stream() {
      yield 'well ';
      await new Promise<void>((resolve) => (comeBack = resolve));
    },
  };
  const running = run(question, late);
  await memory.clock.advance(0);
  const key = streamKey('t', question.streamId);
  await memory.table.write({ update: key, set: { leaseId: 'another' } });
  comeBack();
  await running;
  expect(await events(question)).toHaveLength(1);
});

test('an answer that was cancelled before it began does not ask the model', async () => {
  const question = await ask();
  await act('assistant.cancel', { streamId: question.streamId });
  await run(question, saying('no'));
  expect(asked).toBe(0);
  expect((await events(question)).at(-1)).toMatchObject({ status: 'cancelled', text: '' });
  expect(memory.metrics.of('FailedWork')).toEqual([]);
});

test('a device that missed the end of an answer finds in the turns how it ended', async () => {
  const turnsOf = async ({ conversationId }: Question) =>
    (await readHead(memory.table, 't', conversationTopics.of(conversationId)))?.state.turns;
  const question = await ask();
  await run(question, saying('so'));
  const { conversationId, streamId } = question;
  const second = await ask('And then?', { conversationId });
  await act('assistant.cancel', { streamId: second.streamId });
  await run(second, saying('no'));
  expect(await turnsOf(question)).toEqual([
    { role: 'user', text: 'Why?' },
    { role: 'assistant', text: 'so', streamId, status: 'complete' },
    { role: 'user', text: 'And then?' },
    { role: 'assistant', text: '', streamId: second.streamId, status: 'cancelled' },
  ]);
});

test('a model is given what was said, and not an answer without a word', async () => {
  const question = await ask();
  await run(question, saying());
  const { conversationId } = question;
  const second = await ask('Well?', { conversationId });
  let given: unknown;
  await run(second, {
    async *stream({ turns }) {
      given = turns;
      yield 'so';
    },
  });
  expect(given).toEqual([{ role: 'user', text: 'Why?' }]);
});

test('a cancel is seen within half a second, also while the model is silent', async () => {
  const question = await ask();
  const running = run(question, saying('well ', undefined));
  await memory.clock.advance(700);
  await act('assistant.cancel', { streamId: question.streamId });
  await memory.clock.advance(500);
  await running;
  expect((await events(question)).at(-1)).toMatchObject({ status: 'cancelled', text: 'well ' });
});

test('the text so far is in the snapshot at most half a second later', async () => {
  const question = await ask();
  void run(question, saying('one ', 'two ', undefined));
  await memory.clock.advance(600);
  const head = await readHead(memory.table, 't', conversationTopics.of(question.conversationId));
  expect(head?.state.stream).toMatchObject({ streamId: question.streamId, text: 'one two ' });
});

test('an answer may be silent for longer than a lease, and is still its function’s', async () => {
  const question = await ask();
  void run(question, saying('well ', undefined));
  await memory.clock.advance(2 * streamLeaseMs);
  await run(question, saying('mine'));
  expect(await events(question)).toHaveLength(1);
});

test('a model that never ends is left after fourteen minutes', async () => {
  const question = await ask();
  const running = run(question, saying(undefined));
  await memory.clock.advance(15 * 60_000);
  await running;
  expect((await events(question)).at(-1)).toMatchObject({ status: 'error' });
  expect(memory.metrics.of('FailedWork', 'an answer')).toEqual([1]);
});

test('an answer ends where a frame does, and says that it was cut', async () => {
  const question = await ask();
  const endless: Model = {
    async *stream() {
      for (const letter of ['x', 'y', 'z']) {
        yield letter.repeat(10_000);
        await memory.clock.wait(100);
      }
    },
  };
  const running = run(question, endless);
  await memory.clock.advance(1000);
  await running;
  const { text } = (await events(question)).at(-1) as { text: string };
  expect(text.length).toBeLessThan(14_100);
  expect(text).toMatch(/^x{10000}y+\n\[…\]$/);
});

test('a database that fails for a moment does not end the answer', async () => {
  const question = await ask();
  let failures = 0;
  const write: typeof memory.table.write = (one) => {
    const renews = 'update' in one && one.set && !('status' in one.set) && 'leaseExpiresAt' in one.set;
    if (!renews || failures++ > 2) return memory.table.write(one);
    return Promise.reject(new Error('no database'));
  };
  const running = runStream(
    { ...memory, table: { ...memory.table, write }, model: saying('fine') },
    message(question),
  );
  await memory.clock.advance(1000);
  await running;
  expect((await events(question)).at(-1)).toMatchObject({ status: 'complete', text: 'fine' });
});

test('a question whose message could not be queued is found and queued', async () => {
  const { work } = memory;
  const stream = { send: () => Promise.reject(new Error('no queue')) };
  const frame = { action: 'assistant.ask', payload: { text: 'Lost?' } };
  const failing = { ...memory, work: { ...work, stream } };
  const { payload } = await handleAction(failing, principal(memory), 'request', frame);
  await memory.clock.advance(60_000);
  await resumeWork(memory);
  expect(work.stream.waiting()).toEqual([message(payload as Question)]);
});

test('a contended answer has three seconds for its lease, its start, each beat and its end', async () => {
  const question = await ask();
  const taken = await durationOf(memory.clock, () =>
    runStream({ ...crowded(memory), model: saying('so') }, message(question)),
  );
  expect(taken).toBeLessThan(4 * (maxContentionMs + 110));
  expect((await events(question)).at(-1)).toMatchObject({ status: 'complete', text: 'so' });
});
