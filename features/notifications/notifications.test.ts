import { expect, test } from 'vitest';
import { unlimited } from '../../core/api/rateLimit.ts';
import { handleAction } from '../../core/api/router.ts';
import { desk, service } from '../../test/support/askActions.ts';
import { memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { peopleOf } from '../../test/support/peopleOf.ts';
import { notifications } from './index.ts';
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

test('4: of what is marked as read each device is told once, also where it is marked again with others', async () => {
  const { connect, http } = peopleOf([notifications]);
  const [phone, desktop] = [await connect(desk), await connect(desk)];
  const ids: string[] = [];
  for (const title of ['one', 'two', 'three']) {
    const payload = { userId: desk.userId, kind: 'k', title };
    ids.push(String((await http(service, 'notification.send', { payload })).id));
  }
  const [first, second] = ids;
  await phone.ask('notification.read', { payload: { ids: [first] } });
  const again = { ids: [first, second] };
  const askAgain = ({ ask }: typeof phone) => ask('notification.read', { payload: again });
  expect(await askAgain(desktop)).toMatchObject({ ids: [second], unread: 1 });
  expect(await askAgain(phone)).toMatchObject({ ids: [], unread: 1 });
  for (const { of } of [phone, desktop]) {
    expect(of('notification.read').map(({ payload }) => payload)).toEqual([
      { ids: [first], unread: 2 },
      { ids: [second], unread: 1 },
    ]);
  }
});
