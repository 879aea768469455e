import { expect, test } from 'vitest';
import { handleAction } from '../../core/api/router.ts';
import { subscriberRow } from '../../core/connections/subscriber.ts';
import { memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';

test('above 200 users presence says how many there are, and not who', async () => {
  const runtime = memoryRuntime();
  const who = principal(runtime);
  const enter = (userId: string) =>
    runtime.table.write({
      put: subscriberRow(
        {
          connectionId: userId,
          principal: { ...who, userId },
          state: 'open',
          connectedAt: runtime.clock.now(),
          leaseExpiresAt: runtime.clock.now() + 60_000,
          slot: 0,
          topics: [],
          presentIn: [],
          rights: 0,
          changes: 0,
          batch: false,
          resyncUntil: 0,
        },
        { kind: 'room', id: 'hall' },
      ),
    });
  const ask = async (ref: string) =>
    (await handleAction(runtime, who, ref, { action: 'presence.get', topic: 'room:hall' })).payload;
  for (let n = 0; n < 200; n++) await enter(`user-${n}`);
  expect(await ask('names')).toMatchObject({ users: { length: 200 } });
  await enter('one-more');
  expect(await ask('count')).toEqual({ count: 201 });
});
