import { expect, test } from 'vitest';
import { memoryRuntime } from '../../test/support/memoryRuntime.ts';
import { deliver } from './fanOut.ts';

test('of 40,000 posts of one function no more are under way at a time', async () => {
  const runtime = memoryRuntime();
  let [underWay, max, posts] = [0, 0, 0];
  const post = async () => {
    max = Math.max(max, ++underWay);
    posts++;
    await undefined;
    underWay--;
    return 'delivered' as const;
  };
  const to = Array.from({ length: 40_000 }, (_, n) => `c${n}`);
  await deliver(
    { ...runtime, sockets: { ...runtime.sockets, post } },
    { frame: '{}', to, round: 0, kind: 'event', part: '0' },
  );
  expect({ max, posts, underWay }).toEqual({ max: 64, posts: 40_000, underWay: 0 });
  expect(runtime.queue.waiting()).toEqual([]);
});
