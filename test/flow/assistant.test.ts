import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client, Frame } from '../support/client.ts';
import { newTenant } from '../support/flow.ts';
import { type ModelServer, startModelServer } from '../support/modelServer.ts';
import { ownStack } from '../support/ownStack.ts';

let model: ModelServer;
beforeAll(async () => {
  model = await startModelServer();
});
afterAll(() => model.close());
const { stack, tenant } = ownStack(() => ({
  settings: { assistant: { provider: 'openai', url: model.url, model: 'scripted' } },
}));

interface Asked {
  readonly conversationId: string;
  readonly streamId: string;
}
const ask = async (client: Client, text: string, conversationId?: string) =>
  (await client.ask('assistant.ask', { payload: { text, ...(conversationId && { conversationId }) } }))
    .payload as unknown as Asked;
const ended = (client: Client, { streamId }: Asked) =>
  client.until(({ type, payload }) => type === 'stream.end' && payload.streamId === streamId, 'the end');
const delta = (client: Client, { streamId }: Asked, idx: number) =>
  client.until(
    ({ type, payload }) => type === 'stream.delta' && payload.streamId === streamId && payload.idx === idx,
    `piece ${idx}`,
  );
const snapshot = async (client: Client, { conversationId }: Asked) =>
  (await client.ask('subscribe', { topic: `conversation:${conversationId}` })).payload.snapshot;

test('an answer comes as it is given: start, piece by piece, end with the whole text', async () => {
  const ann = await tenant().staff('ann');
  const asked = await ask(ann, 'Why is the sky blue?');
  const topic = `conversation:${asked.conversationId}`;
  const question = await model.next();
  expect(await ann.type('stream.start')).toMatchObject({
    topic,
    seq: 1,
    from: 'ann',
    payload: { streamId: asked.streamId, text: 'Why is the sky blue?' },
  });
  const words = ['Light ', 'is ', 'scattered.'];
  for (const [idx, word] of words.entries()) {
    question.say(word);
    const frame = await delta(ann, asked, idx);
    expect(frame).toMatchObject({ topic, payload: { streamId: asked.streamId, idx, delta: word } });
    expect(frame).not.toHaveProperty('seq');
  }
  question.end();
  expect(await ended(ann, asked)).toMatchObject({
    topic,
    seq: 2,
    payload: { status: 'complete', text: 'Light is scattered.' },
  });
});

test('what was said before is given to the model: nothing at first, then a question and its answer', async () => {
  const ann = await tenant().staff('ann');
  const first = await ask(ann, 'one');
  const opening = await model.next();
  expect(opening.messages).toEqual([{ role: 'user', content: 'one' }]);
  opening.say('first answer');
  opening.end();
  await ended(ann, first);
  const second = await ask(ann, 'two', first.conversationId);
  expect(second.conversationId).toBe(first.conversationId);
  const next = await model.next();
  expect(next.messages).toEqual([
    { role: 'user', content: 'one' },
    { role: 'assistant', content: 'first answer' },
    { role: 'user', content: 'two' },
  ]);
  next.end();
  await ended(ann, second);
});

test('a cancel ends the answer within a second, keeps what there is of it, and asks the model for no more', async () => {
  const ann = await tenant().staff('ann');
  const asked = await ask(ann, 'Tell me everything');
  const question = await model.next();
  question.say('Well');
  await delta(ann, asked, 0);
  const cancelledAt = Date.now();
  const cancel = { ref: 'stop', payload: { streamId: asked.streamId } };
  expect((await ann.ask('assistant.cancel', cancel)).payload).toEqual({ streamId: asked.streamId });
  expect((await ended(ann, asked)).payload).toMatchObject({ status: 'cancelled', text: 'Well' });
  expect(Date.now() - cancelledAt).toBeLessThan(1500);
  await question.closed;
  expect((await ann.ask('assistant.cancel', cancel)).payload).toMatchObject({ dup: true });
  const late = await ann.ask('assistant.cancel', { payload: { streamId: asked.streamId } });
  expect(late.payload).toEqual({ streamId: asked.streamId, already: true });
});

test('a device that comes back in the middle of an answer gets the turns and the text so far, and the rest', async () => {
  const own = tenant();
  const ann = await own.staff('ann');
  const asked = await ask(ann, 'Slowly, please');
  const question = await model.next();
  question.say('Once upon ');
  await delta(ann, asked, 0);
  ann.drop();
  await ann.closed;
  const back = await own.staff('ann');
  expect(await snapshot(back, asked)).toEqual({
    turns: [{ role: 'user', text: 'Slowly, please' }],
    stream: { streamId: asked.streamId, text: 'Once upon ', idx: 0 },
  });
  question.say('a time');
  expect((await delta(back, asked, 1)).payload.delta).toBe('a time');
  question.end();
  await ended(back, asked);
  expect(await snapshot(back, asked)).toEqual({
    turns: [
      { role: 'user', text: 'Slowly, please' },
      { role: 'assistant', text: 'Once upon a time', streamId: asked.streamId, status: 'complete' },
    ],
  });
});

test('start and end can be replayed by who was away; pieces cannot', async () => {
  const own = tenant();
  const ann = await own.staff('ann');
  const asked = await ask(ann, 'Remember this');
  const topic = `conversation:${asked.conversationId}`;
  const { epoch } = await ann.type('stream.start');
  await ann.close();
  const question = await model.next();
  question.say('I do');
  question.end();
  const back = await own.staff('ann');
  const since = { epoch: epoch as string, seq: 0 };
  await expect
    .poll(async () => {
      const caughtUp = await back.ask('subscribe', { topic, payload: { since } });
      return (caughtUp.payload.events as Frame[]).map(({ type, seq }) => [type, seq]);
    })
    .toEqual([
      ['stream.start', 1],
      ['stream.end', 2],
    ]);
});

test('an answer that breaks off ends in an error with what came of it, and the conversation goes on', async () => {
  const ann = await tenant().staff('ann');
  const asked = await ask(ann, 'Careful');
  const question = await model.next();
  question.say('It brea');
  await delta(ann, asked, 0);
  question.breakOff();
  expect((await ended(ann, asked)).payload).toMatchObject({ status: 'error', text: 'It brea' });
  const again = await ask(ann, 'Again', asked.conversationId);
  (await model.next()).end();
  expect((await ended(ann, again)).payload.status).toBe('complete');
});

test('a repeat of the ref is the same answer, also by another connection, and a message that comes twice asks once', async () => {
  const own = tenant();
  const ann = await own.staff('ann');
  const before = model.asked;
  stack().faults.inject({ op: 'deliver', outcome: 'double', count: 1 });
  const once = { ref: 'once', payload: { text: 'Only once' } };
  const first = await ann.ask('assistant.ask', once);
  const asked = first.payload as unknown as Asked;
  const question = await model.next();
  const second = await own.staff('ann');
  expect((await second.ask('assistant.ask', once)).payload).toEqual({ ...first.payload, dup: true });
  question.say('Yes');
  for (const device of [ann, second]) await delta(device, asked, 0);
  question.end();
  for (const device of [ann, second]) await ended(device, asked);
  await stack().clock.advance(3000);
  expect(model.asked - before).toBe(1);
  expect(ann.of('stream.start')).toHaveLength(1);
});

test('a conversation takes one question at a time', async () => {
  const ann = await tenant().staff('ann');
  const asked = await ask(ann, 'First');
  const question = await model.next();
  const busy = await ann.ask('assistant.ask', {
    payload: { conversationId: asked.conversationId, text: 'Second' },
  });
  expect(busy.payload).toMatchObject({ code: 'conflict' });
  question.end();
  await ended(ann, asked);
  const next = await ask(ann, 'Third', asked.conversationId);
  (await model.next()).end();
  await ended(ann, next);
});

test('a conversation is its owner’s alone', async () => {
  const own = tenant();
  const ann = await own.staff('ann');
  const asked = await ask(ann, 'A secret');
  const topic = `conversation:${asked.conversationId}`;
  const otto = await own.staff('otto');
  expect((await otto.ask('subscribe', { topic })).payload.code).toBe('forbidden');
  const other = { payload: { conversationId: asked.conversationId, text: 'Tell me' } };
  expect((await otto.ask('assistant.ask', other)).payload.code).toBe('not_found');
  const cancel = { payload: { streamId: asked.streamId } };
  expect((await otto.ask('assistant.cancel', cancel)).payload.code).toBe('not_found');
  const question = await model.next();
  question.say('Hush');
  question.end();
  await ended(ann, asked);
  await otto.settled();
  expect(otto.transcript.filter(({ topic: of, type }) => of === topic && type !== 'error')).toEqual([]);
});

test('without a model the stack answers with a stand-in that says what it is', async () => {
  const ann = await newTenant().staff('ann');
  const first = await ask(ann, 'Hello?');
  expect((await ended(ann, first)).payload.text).toMatch(/not a language model.*“Hello\?”.*Nothing was said/);
  expect(ann.of('stream.delta').length).toBeGreaterThan(1);
  const text = ann.of('stream.delta').map(({ payload }) => payload.delta);
  expect(text.join('')).toBe((await ended(ann, first)).payload.text);
});

describe('with Bedrock', () => {
  const own = ownStack(() => ({ settings: { assistant: { provider: 'bedrock' } } }));

  test('the stack asks as it will on AWS, and a stand-in answers that says which model will', async () => {
    const ann = await own.tenant().staff('ann');
    const first = await ask(ann, 'Hello?');
    expect((await ended(ann, first)).payload).toMatchObject({
      status: 'complete',
      text: expect.stringMatching(/stand-in for Amazon Bedrock.*us.amazon.nova-lite-v1:0.*“Hello\?”/),
    });
    expect(ann.of('stream.delta').length).toBeGreaterThan(1);
  });

  test('an answer that is cancelled ends there', async () => {
    const ann = await own.tenant().staff('ann');
    const first = await ask(ann, 'Hello?');
    await delta(ann, first, 0);
    await ann.ask('assistant.cancel', { payload: { streamId: first.streamId } });
    expect((await ended(ann, first)).payload.status).toBe('cancelled');
  });
});
