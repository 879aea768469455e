import { expect, onTestFinished, test, vi } from 'vitest';
import { writeRefusal } from './refusals.ts';

test('a refused handshake is one line of JSON', () => {
  const written = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => written.mockRestore());
  const why = 'two\nlines';
  writeRefusal({ requestId: 'r1', status: 401, check: 'issuer', why });
  expect(written.mock.calls).toEqual([
    [
      `{"level":"WARN","what":"a handshake was refused","requestId":"r1","status":401,"check":"issuer","why":"two\\nlines"}`,
    ],
  ]);
});
