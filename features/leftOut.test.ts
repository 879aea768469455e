import { contract, topic } from '@tidings/protocol';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { createApp } from '../core/api/createApp.ts';
import { handleFrame } from '../core/api/router.ts';
import { connect } from '../core/connections/connect.ts';
import { type Feature, feature } from '../core/feature.ts';
import { topicKind } from '../core/topics.ts';
import { memoryRuntime, principal } from '../test/support/memoryRuntime.ts';
import { features } from './index.ts';

const without = (name: string): readonly Feature[] => features.filter((one) => one.name !== name);

/** A user of an app with these features, on one connection. */
async function userOf(list: readonly Feature[]) {
  const runtime = { ...memoryRuntime(), app: createApp(list) };
  runtime.sockets.open('c1');
  await connect(runtime, 'c1', principal(runtime, { roles: ['msp', 'service'] }));
  return async (action: string, frame: object = {}) => {
    const body = JSON.stringify({ action, ...frame });
    const { type, payload } = await handleFrame(runtime, { connectionId: 'c1', requestId: 'r', body });
    return { type, payload: payload as { code?: string; message?: string; snapshot?: object } };
  };
}

test.each(features)('without $name the rest of the app works, and nobody knows of it', async (left) => {
  const ask = await userOf(without(left.name));
  for (const { name } of left.actions) {
    expect((await ask(name, { payload: {} })).payload.code).toBe('unknown_action');
  }
  for (const { name } of left.topics ?? []) {
    const { payload } = await ask('subscribe', { topic: name === 'msp' ? name : `${name}:a` });
    expect(payload).toMatchObject({ code: 'unknown_topic' });
    expect(payload.message).not.toMatch(new RegExp(`there are .*\\b${name}\\b`));
  }
  const own = Object.keys(left.user?.snapshot?.(left.user.initial, 0) ?? {});
  const { payload } = await ask('subscribe', { topic: 'user:me' });
  for (const field of own) expect(payload.snapshot).not.toHaveProperty(field);
  expect((await ask('message.send', { payload: { userId: 'bob', body: 'x' } })).type).toBe(
    left.name === 'messages' ? 'error' : 'ack',
  );
});

test('an alert to a feed that is not in the app is refused by name', async () => {
  const ask = await userOf(without('engagement'));
  const raise = (to: object) => ask('alert.raise', { payload: { to, severity: 'info', title: 't' } });
  expect((await raise({ msp: true })).payload).toMatchObject({ code: 'validation_failed' });
  expect((await raise({ tenant: true })).type).toBe('ack');
});

test('a feature with a kind of topic of its own is one more line of the list', async () => {
  const deskContract = contract({
    topics: {
      desk: topic({
        id: { shape: 'id', example: 'front' },
        who: 'msp',
        snapshot: z.object({ open: z.boolean() }),
        documentation: 'A desk.',
      }),
    },
  });
  const desks = topicKind({
    name: 'desk',
    maySubscribe: (who) => who.roles.includes('msp'),
    initial: { open: true },
    snapshot: ({ open }) => ({ open }),
  });
  const ask = await userOf([
    ...features,
    feature({ name: 'desks', contract: deskContract, actions: {}, topics: [desks] }),
  ]);
  expect(await ask('subscribe', { topic: 'desk:front' })).toMatchObject({
    type: 'subscribed',
    payload: { seq: 0, snapshot: { open: true } },
  });
});
