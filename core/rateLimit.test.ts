import { expect, test } from 'vitest';
import { rateLimiter } from './rateLimit.ts';

test('a burst passes, then one frame each interval', () => {
  const limiter = rateLimiter(20, 40);
  const take = (now: number) => limiter.take('a', now);
  for (let frame = 0; frame < 40; frame++) expect(take(1000)).toBe(0);
  expect(take(1000)).toBe(50);
  expect(take(1049)).toBe(1);
  expect(take(1050)).toBe(0);
  expect(take(1050)).toBe(50);
});

test('a refused frame does not make the wait longer', () => {
  const limiter = rateLimiter(1, 1);
  expect(limiter.take('a', 0)).toBe(0);
  for (let frame = 0; frame < 100; frame++) expect(limiter.take('a', 500)).toBe(500);
  expect(limiter.take('a', 1000)).toBe(0);
});

test('one connection’s flood takes nothing from another', () => {
  const limiter = rateLimiter(1, 1);
  limiter.take('flood', 0);
  expect(limiter.take('flood', 0)).toBeGreaterThan(0);
  expect(limiter.take('calm', 0)).toBe(0);
});

test('a connection that was quiet until its bucket was full is forgotten', () => {
  const limiter = rateLimiter(1, 2);
  limiter.take('a', 0);
  limiter.take('b', 500);
  expect(limiter.size()).toBe(2);
  limiter.take('c', 1000);
  expect(limiter.size()).toBe(2);
});

test('the memory of connections is bounded', () => {
  const limiter = rateLimiter(1, 1, 2);
  for (const name of ['a', 'b', 'c']) limiter.take(name, 0);
  expect(limiter.take('c', 0)).toBeGreaterThan(0);
  expect(limiter.take('a', 0)).toBe(0);
});
