import { expect, test, vi } from 'vitest';
import type { PastQuestion } from '../../topics/log/readPast.ts';
import { dayMs } from './activity.ts';
import { readPages } from './readDay.ts';

const now = 100 * dayMs;
/** A log whose events lie so far apart, the newest last. */
function logOf(size: number, apartMs: number) {
  return vi.fn(async ({ before = size + 1 }: PastQuestion) => {
    const upTo = before - 1;
    const seqs = Array.from({ length: Math.min(100, upTo) }, (_, at) => upTo - at);
    return {
      events: seqs.map((seq) => ({
        ...{ key: String(seq), topic: 'client:acme', epoch: 'e', seq, type: 'interaction' },
        ...{ ts: now - (size - seq) * apartMs, payload: { by: 2 } },
      })),
      more: upTo > 100,
    };
  });
}

test('a day is read page by page, and nothing that is older', async () => {
  const read = logOf(1_000, dayMs / 150);
  const { events, from } = await readPages(read, now);
  expect(events).toHaveLength(151);
  expect(events[0]).toEqual({ epoch: 'e', seq: 1_000, at: now, count: 2 });
  expect(from).toBe(now - dayMs);
  expect(read).toHaveBeenCalledTimes(2);
});

test('of a busy client the newest 500 are read, and it is said from when on they are known', async () => {
  const read = logOf(5_000, 1_000);
  const { events, from } = await readPages(read, now);
  expect(events).toHaveLength(500);
  expect(from).toBe(now - 499_000);
  expect(read).toHaveBeenCalledTimes(5);
});

test('the whole of a short log is a day, and a server’s clock that is ahead has now as its last', async () => {
  const { events, from } = await readPages(logOf(3, -1_000), now);
  expect(events.map(({ at }) => at)).toEqual([now, now, now]);
  expect(from).toBe(now - dayMs);
});
