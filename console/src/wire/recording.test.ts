import { expect, test } from 'vitest';
import type { WireEntry } from './entry.ts';
import { type Recording, readRecording, record } from './recording.ts';

const frame: WireEntry = {
  number: 7,
  at: 1_000,
  socket: 1,
  kind: 'frame',
  direction: 'out',
  text: '{"action":"stats","ref":"r"}',
  bytes: 28,
  name: 'stats',
  ref: 'r',
};
const closed: WireEntry = { number: 8, at: 2_000, socket: 1, kind: 'socket', event: 'closed', code: 1006 };
const source = {
  subscribe: () => () => {},
  getSnapshot: () => ({ first: 7, next: 9 }),
  entry: (number: number) => (number === 7 ? frame : closed),
};

const saved = (change: (entries: Record<string, unknown>[]) => void = () => {}) => {
  const recording = JSON.parse(JSON.stringify(record(source, 'ws://here/dev', 3_000))) as Recording;
  change(recording.entries as unknown as Record<string, unknown>[]);
  return JSON.stringify(recording);
};

test('what was saved is what is read, numbered from 0', () => {
  expect(readRecording(saved())).toEqual({
    format: 'tidings.wire.1',
    url: 'ws://here/dev',
    savedAt: 3_000,
    entries: [
      { ...frame, number: 0 },
      { ...closed, number: 1 },
    ],
  });
});

test('what is unknown in an entry is left out', () => {
  expect(readRecording(saved(([first]) => Object.assign(first ?? {}, { colour: 'red' }))).entries[0]).toEqual(
    {
      ...frame,
      number: 0,
    },
  );
});

test.each([
  ['a text', 'hello', 'it is not JSON'],
  ['another file', '{"entries":[]}', 'its "format" is not "tidings.wire.1"'],
  ['a recording without entries', '{"format":"tidings.wire.1"}', 'is missing'],
  [
    'an entry of no kind',
    saved(([, second]) => Object.assign(second ?? {}, { kind: 'x' })),
    'entry 1 is neither',
  ],
  ['an entry without a time', saved(([first]) => delete first?.at), '"at" of entry 0 is missing or wrong'],
  [
    'a number that is a text',
    saved(([first]) => Object.assign(first ?? {}, { seq: '4' })),
    '"seq" of entry 0',
  ],
])('%s is refused with what is wrong', (_, text, why) => {
  expect(() => readRecording(text)).toThrow(why);
});
