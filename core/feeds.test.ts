import { contract, event } from '@tidings/protocol';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { features } from '../features/index.ts';
import { memoryRuntime, principal } from '../test/support/memoryRuntime.ts';
import { createApp } from './api/createApp.ts';
import { handleAction } from './api/router.ts';
import { publish } from './delivery/publish.ts';
import { feature } from './feature.ts';
import { userFeed } from './feeds.ts';
import { readHead } from './log/topicHead.ts';
import { snapshotOf } from './topics.ts';

interface Badges {
  readonly badges: readonly string[];
}

const badges = feature({
  name: 'badges',
  contract: contract({
    user: z.object({ badges: z.array(z.string()) }),
    actions: {
      'badge.give': {
        roles: 'any',
        payload: z.object({ badge: z.string() }),
        answer: z.object({}),
        documentation: 'Gives the caller a badge.',
      },
    },
    events: {
      'badge.given': event({ topics: ['user:me'], payload: z.object({}), documentation: 'A badge.' }),
    },
  }),
  user: { initial: { badges: [] }, snapshot: ({ badges: of }: Badges) => ({ badges: of }) },
  actions: {
    'badge.give': (call) =>
      publish(call, {
        topic: userFeed<Badges>(call.principal.userId),
        decide: ({ badges: before }) => ({
          event: { type: 'badge.given', payload: {} },
          // Only its own part.
          state: { badges: [...before, call.payload.badge] },
          answer: {},
        }),
      }),
  },
});

test('a feature that comes later finds its part as at first, and leaves those of others alone', async () => {
  const before = memoryRuntime();
  const ann = principal(before, { roles: ['msp', 'service'] });
  const send = { action: 'notification.send', payload: { userId: 'ann', kind: 'k', title: 't' } };
  await handleAction(before, ann, 'r1', send);
  // The next release, in an environment of its own.
  const after = { ...before, app: createApp([...features, badges]), headCache: memoryRuntime().headCache };
  const shown = async () => {
    const head = await readHead(after.table, 't', userFeed('ann'));
    return snapshotOf(after.app, userFeed('ann'), head?.state as object, { maxBytes: 1e6, now: 0 } as never);
  };
  expect(await shown()).toMatchObject({ unread: 1, badges: [] });
  const { type } = await handleAction(after, ann, 'r2', {
    action: 'badge.give',
    payload: { badge: 'first' },
  });
  expect(type).toBe('ack');
  expect(await shown()).toMatchObject({ unread: 1, badges: ['first'] });
});
