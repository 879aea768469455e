import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  isUnread,
  maxKept,
  type NotificationState,
  noNotifications,
  oldestOf,
  sentOf,
  toNotificationId,
  toNumber,
  unreadNumbers,
  withOneMore,
  withRead,
} from './notificationState.ts';

const afterSending = (count: number): NotificationState =>
  Array.from({ length: count }).reduce<NotificationState>(withOneMore, noNotifications);

test('a user whose head was written before there were notifications has none', () => {
  const state = { unread: 0 };
  expect([sentOf(state), oldestOf(state), unreadNumbers(state)]).toEqual([0, 1, []]);
  expect(withOneMore(state)).toMatchObject({ unread: 1, notifications: { sent: 1 } });
});

test('the count is that of what is unread, whatever is sent and read in whatever order', () => {
  const step = fc.oneof(fc.constant('send' as const), fc.array(fc.integer({ min: 1, max: 40 })));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let state = noNotifications;
      const unread = new Set<number>();
      for (const one of steps) {
        if (one === 'send') {
          state = withOneMore(state);
          unread.add(sentOf(state));
        } else {
          const known = one.filter((number) => number <= sentOf(state));
          state = withRead(state, known);
          for (const number of known) unread.delete(number);
        }
      }
      expect(state.unread).toBe(unread.size);
      expect(new Set(unreadNumbers(state))).toEqual(unread);
      for (let number = 1; number <= sentOf(state); number++) {
        expect(isUnread(state, number)).toBe(unread.has(number));
      }
    }),
  );
});

test('what falls out of the newest thousand is counted no longer', () => {
  const state = afterSending(maxKept + 3);
  expect([state.unread, oldestOf(state)]).toEqual([maxKept, 4]);
  expect(unreadNumbers(state)).toHaveLength(maxKept);
  expect(withRead(state, [1, 2, 3])).toEqual(state);
  expect(withRead(state, [4]).unread).toBe(maxKept - 1);
});

test('the head stays small, and so does the frame that names all ids of a user', () => {
  const state = afterSending(maxKept);
  expect(JSON.stringify(state).length).toBeLessThan(400);
  const ids = unreadNumbers(state).map((number) => toNotificationId('t', 'ann', 10 ** 9 + number));
  expect(JSON.stringify(ids).length).toBeLessThan(20_000);
});

test('an id is a user’s own: another user or tenant, or a made-up text, names nothing', () => {
  const id = toNotificationId('t', 'ann', 77);
  expect(toNumber('t', 'ann', id)).toBe(77);
  expect(toNumber('t', 'ben', id)).toBeUndefined();
  expect(toNumber('u', 'ann', id)).toBeUndefined();
  for (const text of ['', '0', '77', '-1', `0${id}`, id.toUpperCase(), 'zzzzzzzzzzzzzzzz']) {
    expect(toNumber('t', 'ann', text), text).toBeUndefined();
  }
});
