import { expect, test } from 'vitest';
import { readGreeting } from './greeting.ts';

test('feeds, limits and times are read from what hello was answered', () => {
  const greeting = {
    subs: [{ topic: 'user:me', seq: 4 }, { topic: 'tenant' }],
    limits: { frameBytes: 32_000, names: ['a'] },
    expiresAt: 5,
    rotateAfterMs: 6,
    heartbeatMs: 7,
  };
  expect(readGreeting(greeting)).toEqual({
    feeds: [{ topic: 'user:me', seq: 4 }, { topic: 'tenant' }],
    limits: [
      ['frameBytes', '32,000'],
      ['names', '["a"]'],
    ],
    expiresAt: 5,
    rotateAfterMs: 6,
    heartbeatMs: 7,
  });
});

test('what another server leaves out, or says otherwise, harms nothing', () => {
  expect(readGreeting({ subs: 'none', limits: null, expiresAt: 'soon' })).toMatchObject({
    feeds: [],
    limits: [],
  });
  expect(readGreeting({ subs: [null, {}, 5] }).feeds).toEqual([]);
});
