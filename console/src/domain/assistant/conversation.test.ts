import { expect, test } from 'vitest';
import { afterEvent, type Conversation, fromSnapshot } from './conversation.ts';

const start = { type: 'stream.start', payload: { streamId: 's', text: 'When?' } };
const delta = (idx: number, piece: string, streamId = 's') => ({
  type: 'stream.delta',
  payload: { streamId, idx, delta: piece },
});
const end = { type: 'stream.end', payload: { streamId: 's', status: 'complete', text: 'On Friday.' } };
const after = (
  events: readonly { type: string; payload: unknown }[],
  from: Conversation = fromSnapshot(undefined),
) => events.reduce(afterEvent, from);

test('an answer grows piece by piece, in their order', () => {
  const state = after([start, delta(0, 'On '), delta(2, 'day'), delta(1, 'Fri'), delta(1, 'Fri')]);
  expect(state.stream?.text).toBe('On Friday');
  expect(state.turns).toEqual([{ role: 'user', text: 'When?' }]);
});

test('a piece that is missing is waited for, and the end brings all of it', () => {
  const waiting = after([start, delta(0, 'On '), delta(2, 'day')]);
  expect(waiting.stream?.text).toBe('On ');
  const over = after([end], waiting);
  expect(over.stream).toBeUndefined();
  expect(over.turns.at(-1)).toEqual({
    role: 'assistant',
    streamId: 's',
    status: 'complete',
    text: 'On Friday.',
  });
});

test('who comes while an answer is under way goes on from the state', () => {
  const state = fromSnapshot({
    turns: [{ role: 'user', text: 'When?' }],
    stream: { streamId: 's', text: 'On', idx: 3 },
  });
  expect(after([delta(3, 'On'), delta(4, ' Friday'), delta(5, 'x', 'other')], state).stream?.text).toBe(
    'On Friday',
  );
});
