import { expect, test, vi } from 'vitest';
import { writtenLines } from '../../test/support/writtenLines.ts';
import { writeRefusal } from './refusals.ts';

test('a refused handshake is one line of JSON, with the time and the level that Lambda filters by', () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 1, 2), toFake: ['Date'] });
  const lines = writtenLines();
  writeRefusal({ requestId: 'r1', status: 401, check: 'issuer', why: 'two\nlines' });
  vi.useRealTimers();
  expect(lines).toEqual([
    `{"timestamp":"2026-02-02T00:00:00.000Z","level":"WARN","what":"a handshake was refused","requestId":"r1","status":401,"check":"issuer","why":"two\\nlines"}\n`,
  ]);
});
