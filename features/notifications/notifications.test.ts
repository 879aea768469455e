import { expect, test } from 'vitest';
import { unlimited } from '../../core/api/rateLimit.ts';
import { handleAction } from '../../core/api/router.ts';
import { memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { maxKept } from './notificationState.ts';

test('a user’s oldest notification goes, with its row, when the newest thousand is full', async () => {
  const runtime = { ...memoryRuntime(), rates: unlimited };
  const who = principal(runtime, { userId: 'ann', roles: ['service'] });
  let sent = 0;
  const ask = async (action: string, payload: object) => {
    const frame = { action, payload: payload as Record<string, unknown> };
    const answer = await handleAction(runtime, who, `request-${sent++}`, frame);
    return answer.payload as { items: { title: string }[]; unread: number; ids: string[]; cursor?: string };
  };
  for (let n = 1; n <= maxKept + 2; n++) {
    await ask('notification.send', { userId: 'ann', kind: 'k', title: `n${n}` });
  }
  expect(runtime.table.dump().filter(({ pk }) => pk.startsWith('NOTE#'))).toHaveLength(maxKept);
  expect(await ask('notification.list', { limit: 1 })).toMatchObject({
    items: [{ title: `n${maxKept + 2}` }],
    unread: maxKept,
  });
  const read = await ask('notification.read', { all: true });
  expect([read.ids.length, read.unread]).toEqual([maxKept, 0]);
  expect(await ask('notification.list', { unread: true })).toEqual({ items: [], unread: 0 });
});
