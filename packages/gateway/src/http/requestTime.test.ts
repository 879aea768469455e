import { expect, test } from 'vitest';
import { requestTime } from './requestTime.ts';

test('a request time has two digits everywhere, and is in UTC', () => {
  expect(requestTime(Date.UTC(2025, 0, 2, 3, 4, 5, 999))).toBe('02/Jan/2025:03:04:05 +0000');
  expect(requestTime(Date.UTC(2024, 11, 31, 23, 59, 59))).toBe('31/Dec/2024:23:59:59 +0000');
});
