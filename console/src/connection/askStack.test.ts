import type { Status } from '@tidings/client';
import { afterEach, expect, test, vi } from 'vitest';
import { askStack } from './askStack.ts';

const unexplained =
  'closed with 1006: no server, or it refuses the token (401), the user or Origin (403), or one more (429)';
const waiting = (attempt: number): Status => ({ state: 'waiting', attempt, reason: unexplained });

afterEach(() => vi.unstubAllGlobals());

/** A stack that is up, and tells of these refusals. */
function started(refusals: () => readonly object[]) {
  vi.stubGlobal('fetch', async (url: string) => {
    if (url.endsWith('/health')) return { status: 200 };
    return { ok: true, json: async () => ({ refusals: refusals() }) };
  });
  const shown: (string | undefined)[] = [];
  const take = askStack('http://127.0.0.1:4510')(({ reason }) => shown.push(reason));
  /** All that is asked is answered before the next turn. */
  const settled = () => new Promise(setImmediate);
  return { take, last: () => shown.at(-1), settled };
}

test('a handshake that the stack refused is told in its own words, also where a function failed', async () => {
  const at = Date.now();
  const { take, last } = started(() => [{ at, status: 502, why: 'connect failed' }]);
  take({ state: 'connecting', attempt: 0 });
  take(waiting(1));
  await expect.poll(last).toBe('the stack refused it with 502: connect failed');
  take(waiting(2));
  expect(last()).toBe('the stack refused it with 502: connect failed');
});

test('what was refused long before says nothing of this attempt: what may be is named', async () => {
  const at = Date.now() - 60_000;
  const { take, last, settled } = started(() => [{ at, status: 401, why: 'expired' }]);
  take({ state: 'connecting', attempt: 0 });
  take(waiting(1));
  await settled();
  expect(last()).toMatch(/^the server is up: .*\(429\), or failed \(5xx\)$/);
});

test('once it is connected an old reason is not shown again', async () => {
  let refusals = [{ at: Date.now(), status: 502, why: 'connect failed' }];
  const { take, last } = started(() => refusals);
  take({ state: 'connecting', attempt: 0 });
  take(waiting(1));
  await expect.poll(last).toMatch(/502/);
  take({ state: 'open', attempt: 0 });
  expect(last()).toBeUndefined();
  refusals = [];
  take(waiting(1));
  await expect.poll(last).toMatch(/^the server is up/);
});
