import { expect, test } from 'vitest';
import { type RateLimiter, rateLimiter } from './rateLimit.ts';

test('a burst passes, then one frame each interval', () => {
  const limiter = rateLimiter({ perSecond: 20, burst: 40 });
  const take = (now: number) => limiter.take('a', now);
  for (let frame = 0; frame < 40; frame++) expect(take(1000)).toBe(0);
  expect(take(1000)).toBe(50);
  expect(take(1049)).toBe(1);
  expect(take(1050)).toBe(0);
  expect(take(1050)).toBe(50);
});

test('a refused frame does not make the wait longer', () => {
  const limiter = rateLimiter({ perSecond: 1, burst: 1 });
  expect(limiter.take('a', 0)).toBe(0);
  for (let frame = 0; frame < 100; frame++) expect(limiter.take('a', 500)).toBe(500);
  expect(limiter.take('a', 1000)).toBe(0);
});

test('one user’s flood takes nothing from another', () => {
  const limiter = rateLimiter({ perSecond: 1, burst: 1 });
  limiter.take('flood', 0);
  expect(limiter.take('flood', 0)).toBeGreaterThan(0);
  expect(limiter.take('calm', 0)).toBe(0);
});

test('a user who was quiet until the bucket was full is forgotten', () => {
  const limiter = rateLimiter({ perSecond: 1, burst: 2 });
  limiter.take('a', 0);
  limiter.take('b', 500);
  expect(limiter.size()).toBe(2);
  limiter.take('c', 1000);
  expect(limiter.size()).toBe(2);
});

test('the memory of users is bounded', () => {
  const limiter = rateLimiter({ perSecond: 1, burst: 1, maxNames: 2 });
  for (const name of ['a', 'b', 'c']) limiter.take(name, 0);
  expect(limiter.take('c', 0)).toBeGreaterThan(0);
  expect(limiter.take('a', 0)).toBe(0);
});

/** One request that is done: how many the others are told of with it. */
const request = (limiter: RateLimiter, nowMs: number) => {
  limiter.take('a', nowMs);
  if (limiter.isDue('a', nowMs)) return limiter.owed('a', nowMs);
  limiter.done('a', nowMs);
  return 0;
};

test('who asks for one a second is quiet for ever, and nothing is shared', () => {
  const limiter = rateLimiter({ perSecond: 20, burst: 40 });
  for (let second = 0; second < 100; second++) expect(request(limiter, second * 1000)).toBe(0);
});

test('of a burst three requests are shared with each third', () => {
  const limiter = rateLimiter({ perSecond: 20, burst: 40 });
  const answers = Array.from({ length: 9 }, () => request(limiter, 0));
  expect(answers).toEqual([0, 0, 3, 0, 0, 3, 0, 0, 3]);
});

test('what was long ago is not shared', () => {
  const limiter = rateLimiter({ perSecond: 20, burst: 40 });
  for (const at of [0, 0, 700]) request(limiter, at);
  expect(request(limiter, 710)).toBe(0);
  for (let n = 0; n < 40; n++) limiter.done('a', 710);
  limiter.take('a', 10_000);
  expect(limiter.owed('a', 10_000)).toBe(1);
});

test('who is refused and has nothing done is not busy', () => {
  const limiter = rateLimiter({ perSecond: 20, burst: 40 });
  for (let n = 0; n < 30; n++) limiter.take('a', 0);
  expect(limiter.isDue('a', 0)).toBe(false);
});

test('a new environment takes nobody for quiet until it has shared once', () => {
  const limiter = rateLimiter({ perSecond: 20, burst: 40, isNew: true });
  expect(limiter.isDue('b', 0)).toBe(true);
  expect([0, 0, 0, 0].map((at) => request(limiter, at))).toEqual([1, 0, 0, 3]);
});

test('what the others counted is counted here too', () => {
  const limiter = rateLimiter({ perSecond: 20, burst: 40 });
  limiter.learn('a', { fullAt: 1950, at: 0 });
  expect(limiter.take('a', 0)).toBe(0);
  expect(limiter.take('a', 0)).toBe(50);
});

test('a request that was received before others, and comes after them, is judged as if it came with them', () => {
  const limiter = rateLimiter({ perSecond: 20, burst: 40 });
  limiter.learn('a', { fullAt: 10_050, at: 10_000 });
  expect(limiter.take('a', 5000)).toBe(0);
});
