import { expect, test } from 'vitest';
import { localClock } from '../clock.ts';
import { eventBus, matchesPattern } from './eventBus.ts';

const bus = () => eventBus({ clock: localClock(), invoke: async () => null, log: () => {} });
const entry = (n: number, big = '') => ({
  Source: 'tidings.events',
  DetailType: 'thing',
  Detail: JSON.stringify({ n, big }),
});

test('what was put can be looked at, the newest thousand of it', () => {
  const { put, events } = bus();
  for (let n = 0; n < 1_005; n += 1) put({ Entries: [entry(n)] });
  expect(events()).toHaveLength(1_000);
  expect(events()[0]).toMatchObject({ source: 'tidings.events', 'detail-type': 'thing', detail: { n: 5 } });
  expect(events().at(-1)).toMatchObject({ detail: { n: 1_004 } });
});

test('a request that EventBridge would refuse is refused', () => {
  const { put, events } = bus();
  const refused = 'A request has 1 to 10 events, of less than 256 KB together.';
  expect(() => put({ Entries: [] })).toThrow(refused);
  expect(() => put({ Entries: Array.from({ length: 11 }, (_, n) => entry(n)) })).toThrow(refused);
  expect(() => put({ Entries: [entry(1, 'x'.repeat(200_000)), entry(2, 'x'.repeat(70_000))] })).toThrow(
    refused,
  );
  expect(events()).toEqual([]);
  put({ Entries: Array.from({ length: 10 }, (_, n) => entry(n)) });
  expect(events()).toHaveLength(10);
});

test('only a leaf exists, as on AWS', () => {
  const event = { image: { emit: { BOOL: false } } };
  expect(matchesPattern(event, { image: { emit: { BOOL: [{ exists: true }] } } })).toBe(true);
  expect(matchesPattern(event, { image: { emit: [{ exists: true }] } })).toBe(false);
  expect(matchesPattern({ image: {} }, { image: { emit: { BOOL: [{ exists: true }] } } })).toBe(false);
});
