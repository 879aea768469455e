import { expect, test } from 'vitest';
import { type Arrival, pairUp } from './beside.ts';

const arrival = (seq: number, at: number, payload: unknown = { seq }): Arrival => ({
  at,
  event: { key: `room:lobby e ${seq}`, topic: 'room:lobby', epoch: 'e', seq, type: 'room.message', payload },
});
const shown = (left: readonly Arrival[], right: readonly Arrival[]) =>
  pairUp(left, right).map(({ key, laterMs, isOvertaken, isOther, left: a, right: b }) => ({
    seq: Number(key.split(' ')[2]),
    ...(laterMs !== undefined && { laterMs }),
    ...(isOvertaken && { isOvertaken }),
    ...(isOther && { isOther }),
    ...(!a && { missing: 'left' }),
    ...(!b && { missing: 'right' }),
  }));

test('the same event stands in one row, with how much later it came to the other', () => {
  expect(shown([arrival(1, 10), arrival(2, 20)], [arrival(1, 12.5), arrival(2, 19)])).toEqual([
    { seq: 2, laterMs: -1 },
    { seq: 1, laterMs: 2.5 },
  ]);
});

test('what came to one alone is said to be missing at the other', () => {
  expect(shown([arrival(1, 10)], [arrival(2, 30)])).toEqual([
    { seq: 2, missing: 'left' },
    { seq: 1, missing: 'right' },
  ]);
});

test('of two orders only what was overtaken is marked', () => {
  const left = [1, 2, 3, 4].map((seq) => arrival(seq, seq));
  const right = [2, 3, 4, 1].map((seq, at) => arrival(seq, 10 + at));
  expect(
    shown(left, right)
      .filter(({ isOvertaken }) => isOvertaken)
      .map(({ seq }) => seq),
  ).toEqual([1]);
});

test('another content under the same number is marked', () => {
  expect(shown([arrival(1, 1, { body: 'a' })], [arrival(1, 2, { body: 'b' })])).toEqual([
    { seq: 1, laterMs: 1, isOther: true },
  ]);
});
