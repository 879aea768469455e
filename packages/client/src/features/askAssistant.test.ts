import { expect, test } from 'vitest';
import { openClient, outcomeOf } from '../../test/startClient.ts';
import { askAssistant } from './askAssistant.ts';

const name = 'conversation:c';
const delta = (idx: number, text: string) => ({
  type: 'stream.delta',
  payload: { streamId: 's', idx, delta: text },
});
const end = (text: string, status = 'complete') => ({ streamId: 's', status, text });

async function openConversation() {
  const opened = await openClient();
  opened.server.respond('assistant.ask', () => ({ conversationId: 'c', streamId: 's' }));
  return opened;
}

test('an iteration gives the whole answer, with what came before it began and what was lost on the way', async () => {
  const { server, client } = await openConversation();
  const answer = askAssistant(client, 'why?');
  await server.advance(0);
  server.push(name, delta(0, 'be'));
  server.push(name, delta(2, 'e'));
  await server.advance(0);
  const pieces: string[] = [];
  const read = (async () => {
    for await (const piece of answer) pieces.push(piece);
  })();
  await server.advance(0);
  server.publish(name, 'stream.end', end('because'));
  await server.advance(0);
  await read;
  expect(pieces).toEqual(['be', 'cause']);
});

test('an answer that began before the topic was joined goes on from the state that the server gives', async () => {
  const { server, client } = await openConversation();
  server.topic(name).snapshot = {
    turns: [{ role: 'user', text: 'why?' }],
    stream: { streamId: 's', text: 'bec', idx: 1 },
  };
  const answer = askAssistant(client, 'why?');
  await server.advance(0);
  server.push(name, delta(1, 'c'));
  server.push(name, delta(2, 'ause'));
  await server.advance(0);
  expect(answer.getSnapshot()).toMatchObject({ state: 'streaming', text: 'because' });
});

test.each([
  ['complete', 'because'],
  ['cancelled', 'be'],
  ['error', ''],
])(
  'an answer that was over before the topic was joined is there at once, and ended as it did: %s',
  async (status, text) => {
    const { server, client } = await openConversation();
    server.topic(name).snapshot = {
      turns: [
        { role: 'user', text: 'why?' },
        { role: 'assistant', text: 'because', streamId: 'another', status: 'complete' },
        { role: 'user', text: 'why?' },
        { role: 'assistant', text, streamId: 's', status },
      ],
    };
    const { done } = askAssistant(client, 'why?');
    await server.advance(0);
    await expect(done).resolves.toMatchObject({ state: status, text });
  },
);

test('an answer to the same question as before is not taken for the earlier one', async () => {
  const { server, client } = await openConversation();
  const asked = { role: 'user', text: 'why?' };
  const earlier = { role: 'assistant', text: 'old', streamId: 'another', status: 'complete' };
  server.topic(name).snapshot = { turns: [asked, earlier] };
  const answer = askAssistant(client, 'why?', { conversationId: 'c' });
  await server.advance(0);
  server.recreate(name);
  server.topic(name).snapshot = { turns: [asked, earlier] };
  server.drop();
  await server.advance(1_000);
  expect(answer.getSnapshot().state).toBe('streaming');
  const ours = { role: 'assistant', text: 'new', streamId: 's', status: 'cancelled' };
  server.recreate(name);
  server.topic(name).snapshot = { turns: [asked, earlier, asked, ours] };
  server.drop();
  await server.advance(60_000);
  await expect(answer.done).resolves.toMatchObject({ state: 'cancelled', text: 'new' });
});

test('in a conversation that goes on, an answer may be over before the question’s own answer has come', async () => {
  const { server, client } = await openConversation();
  server.topic(name).snapshot = {
    turns: [
      { role: 'user', text: 'why?' },
      { role: 'assistant', text: 'old' },
    ],
  };
  server.respond('assistant.ask', () => {
    server.publish(name, 'stream.end', end('because'));
    return { conversationId: 'c', streamId: 's' };
  });
  const { done } = askAssistant(client, 'why?', { conversationId: 'c' });
  await server.advance(0);
  await expect(done).resolves.toMatchObject({ state: 'complete', text: 'because' });
});

test('what cannot be asked is told by the promise, the state and the iteration', async () => {
  const { server, client } = await openConversation();
  server.respond('assistant.ask', () => ({ refused: 'conflict' }));
  const answer = askAssistant(client, 'why?');
  const iterated = outcomeOf(
    (async () => {
      for await (const _ of answer);
    })(),
  );
  const done = outcomeOf(answer.done);
  await server.advance(0);
  expect(done.error).toMatchObject({ code: 'conflict' });
  expect(iterated.error).toMatchObject({ code: 'conflict' });
  expect(answer.getSnapshot()).toMatchObject({ state: 'error', error: { code: 'conflict' } });
});

test('an answer that is cancelled before it has an id is cancelled as soon as it has one', async () => {
  const { server, client } = await openConversation();
  server.respond('assistant.cancel', () => {
    server.publish(name, 'stream.end', end('', 'cancelled'));
    return { streamId: 's' };
  });
  const answer = askAssistant(client, 'why?');
  const cancelled = outcomeOf(answer.cancel());
  await server.advance(0);
  expect(cancelled).toEqual({ value: undefined });
  await expect(answer.done).resolves.toMatchObject({ state: 'cancelled' });
});

test('an answer goes on after a short loss, with the pieces that no log has', async () => {
  const { server, client } = await openConversation();
  const answer = askAssistant(client, 'why?');
  await server.advance(0);
  server.publish(name, 'stream.start', { streamId: 's', text: 'why?' });
  server.push(name, delta(0, 'be'));
  await server.advance(0);
  expect(server.asked('subscribe')).toHaveLength(1);
  server.topic(name).snapshot = { turns: [], stream: { streamId: 's', text: 'beca', idx: 1 } };
  server.drop();
  await server.advance(1_000);
  server.push(name, delta(2, 'use'));
  await server.advance(0);
  expect(answer.getSnapshot()).toMatchObject({ state: 'streaming', text: 'because' });
});

test('a piece that does not come is asked for after others, until the server has it', async () => {
  const { server, client } = await openConversation();
  const answer = askAssistant(client, 'why?');
  await server.advance(0);
  const push = async (from: number, to: number) => {
    for (let idx = from; idx <= to; idx++) server.push(name, delta(idx, `${idx} `));
    await server.advance(0);
  };
  const asked = () => server.asked('subscribe').length;
  const before = asked();
  server.topic(name).snapshot = { turns: [], stream: { streamId: 's', text: '', idx: -1 } };
  await push(1, 7);
  expect([asked() - before, answer.getSnapshot().text]).toEqual([0, '']);
  await push(8, 8);
  expect([asked() - before, answer.getSnapshot().text]).toEqual([1, '']);
  server.topic(name).snapshot = { turns: [], stream: { streamId: 's', text: '0 ', idx: 0 } };
  await push(9, 16);
  expect(answer.getSnapshot().text).toBe(Array.from({ length: 17 }, (_, idx) => `${idx} `).join(''));
});

test('a cancel that is refused fails by itself, and the answer goes on', async () => {
  const { server, client } = await openConversation();
  server.respond('assistant.cancel', () => ({ refused: 'not_found' }));
  const answer = askAssistant(client, 'why?');
  const cancelled = outcomeOf(answer.cancel());
  const done = outcomeOf(answer.done);
  await server.advance(0);
  expect(cancelled.error).toMatchObject({ code: 'not_found' });
  server.publish(name, 'stream.end', end('because'));
  await server.advance(0);
  expect(done.value).toMatchObject({ state: 'complete', text: 'because' });
});

test('there is nothing to cancel of what could not be asked, or came to its end meanwhile', async () => {
  const { server, client } = await openConversation();
  server.respond('assistant.cancel', () => {
    server.publish(name, 'stream.end', end('because'));
    return { refused: 'not_found' };
  });
  const answer = askAssistant(client, 'why?');
  const cancelled = outcomeOf(answer.cancel());
  await server.advance(0);
  expect(cancelled).toEqual({ value: undefined });
  outcomeOf(answer.cancel());
  server.respond('assistant.ask', () => ({ refused: 'conflict' }));
  const never = outcomeOf(askAssistant(client, 'why?').cancel());
  await server.advance(0);
  expect(never).toEqual({ value: undefined });
  expect(server.asked('assistant.cancel')).toHaveLength(1);
});

test('who reads an answer can stop while the next piece is waited for', async () => {
  const { server, client } = await openConversation();
  const answer = askAssistant(client, 'why?');
  const pieces = answer[Symbol.asyncIterator]();
  const next = outcomeOf(pieces.next());
  await server.advance(0);
  const end = outcomeOf(pieces.return?.() as Promise<unknown>);
  await server.advance(0);
  const done = { value: { done: true, value: undefined } };
  expect([next, end]).toEqual([done, done]);
});
