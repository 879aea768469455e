import { expect, test } from 'vitest';
import { readFrame, type WireEntry } from '../wire/entry.ts';
import { createFiltered, everything, matcher } from './wireFilter.ts';

const frame = (direction: 'in' | 'out', text: string, number = 0): WireEntry =>
  ({
    number,
    at: 0,
    socket: 1,
    ...readFrame(direction, text),
  }) as WireEntry;
const hello = frame('out', '{"action":"hello","ref":"a1"}');
const alert = frame('in', '{"type":"alert","topic":"client:acme","payload":{"title":"Late"}}');
const pong = frame('in', '{"type":"pong"}');
const opened: WireEntry = { number: 0, at: 0, socket: 1, kind: 'socket', event: 'open' };

test.each([
  ['everything', {}, [true, true, true, true]],
  ['what came in', { direction: 'in' }, [false, true, true, true]],
  ['what went out', { direction: 'out' }, [true, false, false, true]],
  ['no pings', { hasPings: false }, [true, true, false, true]],
  ['words in any order and case', { words: 'late  CLIENT:acme' }, [false, true, false, false]],
  ['a word that is nowhere', { words: 'late tomorrow' }, [false, false, false, false]],
] as const)('%s', (_, filter, expected) => {
  const isShown = matcher({ ...everything, ...filter });
  expect([hello, alert, pong, opened].map(isShown)).toEqual(expected);
});

test('each entry is looked at once; what the source forgot goes, and a source that went back begins anew', () => {
  const looked: number[] = [];
  const source = {
    subscribe: () => () => {},
    getSnapshot: () => ({ first: 0, next: 0 }),
    entry: (number: number) => frame('in', '{"type":"alert"}', number),
  };
  const filtered = createFiltered(source, ({ number }) => {
    looked.push(number);
    return number % 2 === 0;
  });
  expect(filtered({ first: 0, next: 4 })).toEqual([0, 2]);
  expect(filtered({ first: 1, next: 6 })).toEqual([2, 4]);
  expect(looked).toEqual([0, 1, 2, 3, 4, 5]);
  expect(filtered({ first: 5, next: 6 })).toEqual([]);
  expect(filtered({ first: 0, next: 1 })).toEqual([0]);
  expect(filtered({ first: 100, next: 101 })).toEqual([100]);
});

test('where nothing changed it is the same list, so that nothing is drawn again', () => {
  const source = {
    subscribe: () => () => {},
    getSnapshot: () => ({ first: 0, next: 0 }),
    entry: () => hello,
  };
  const filtered = createFiltered(source, () => true);
  const first = filtered({ first: 0, next: 3 });
  expect(filtered({ first: 0, next: 3 })).toBe(first);
});
