import { expect, test } from 'vitest';
import { busyTopic } from '../../../test/support/busyTopic.ts';
import { type MemoryRuntime, principal } from '../../../test/support/memoryRuntime.ts';
import { openConnection } from '../../../testing/openConnection.ts';
import { handleAction } from '../../api/router.ts';

test('8: who comes to follow all topics of the kind while a window of one is open that it follows gets what is in it', async () => {
  const { runtime, follow, publish, seqsTo } = await busyTopic({ collectionBatchMs: 0 });
  const reader = await follow('c1');
  await publish();
  const holder = publish();
  await runtime.clock.advance(1);
  await publish();
  await reader.ask('all', { action: 'subscribe', topic: 'orders:*' });
  await runtime.clock.advance(80);
  await holder;
  expect(seqsTo('c1')).toEqual([2, 3, 4]);
});

test('8: whose batches end while a window is open gets what is in it, frame by frame', async () => {
  const { runtime, follow, publish, posted, seqsTo } = await busyTopic();
  const reader = await follow('c1');
  await publish();
  const holder = publish();
  await runtime.clock.advance(1);
  await publish();
  await reader.ask('h', { action: 'hello', payload: { v: 1 } });
  await runtime.clock.advance(80);
  await holder;
  expect(posted('c1').map(({ type }) => type)).toEqual(Array(3).fill('channel.message'));
  expect(seqsTo('c1')).toEqual([2, 3, 4]);
});

/** A reader of one topic and of all of its kind, and a window of all with events of that topic and of another. */
async function windowOfAll() {
  const here = await busyTopic();
  const reader = await here.follow('c1');
  await reader.ask('all', { action: 'subscribe', topic: 'orders:*' });
  await here.publish();
  await here.runtime.clock.advance(1);
  const holder = here.publish();
  await here.runtime.clock.advance(1);
  await here.publish();
  await here.publish(0, {}, 'orders:globex');
  const end = async () => {
    await here.runtime.clock.advance(200);
    await holder;
  };
  return { ...here, reader, end };
}

test('8: who leaves all topics of a kind while their window is open gets what is in it of those that it still follows', async () => {
  const { reader, seqsTo, end } = await windowOfAll();
  await reader.ask('leave', { action: 'unsubscribe', topic: 'orders:*' });
  await end();
  expect(seqsTo('c1')).toEqual([2, 3, 4]);
});

test.each<[string, (runtime: MemoryRuntime) => object]>([
  [
    'a hello that does not name them',
    () => ({ action: 'hello', payload: { v: 1, feeds: ['user:me'], features: ['batch'] } }),
  ],
  [
    'a token that does not allow them',
    ({ tokens, clock }) => {
      const iat = clock.now() / 1000;
      const claims = { sub: 'ann', tenant: 't', roles: ['client'], client_ids: ['acme'] };
      return { action: 'auth', payload: { token: tokens.issue({ ...claims, iat, exp: iat + 3600 }) } };
    },
  ],
])(
  '8: who leaves all clients while their window is open, by %s, gets what is in it of the client that it still follows',
  async (_, leaving) => {
    const { runtime, seqsTo } = await busyTopic();
    const reader = await openConnection(runtime, 'c1', principal(runtime), { batch: true });
    await reader.ask('s', { action: 'subscribe', topic: 'client:acme' });
    const record = (ref: string) =>
      handleAction(runtime, principal(runtime, { userId: ref }), ref, {
        ...{ action: 'interaction.record', ref },
        payload: { clientId: 'acme', kind: 'call' },
      });
    await runtime.clock.advance(60_000);
    await record('a');
    await runtime.clock.advance(1);
    const holder = record('b');
    await runtime.clock.advance(1);
    await reader.ask('leave', leaving(runtime));
    await runtime.clock.advance(200);
    await holder;
    expect(seqsTo('c1').filter((seq) => seq !== undefined)).toEqual([1, 2]);
  },
);

test('8: who leaves all topics of a kind, and one that it followed by itself, gets nothing more of it', async () => {
  const { reader, seqsTo, end } = await windowOfAll();
  await reader.ask('leave', { action: 'unsubscribe', topic: 'orders:*' });
  await reader.ask('too', { action: 'unsubscribe', topic: 'orders:acme' });
  await end();
  expect(seqsTo('c1')).toEqual([2]);
});

test('8: who comes back to all topics of a kind while their window is open gets what is in it once', async () => {
  const { reader, seqsTo, end } = await windowOfAll();
  await reader.ask('leave', { action: 'unsubscribe', topic: 'orders:*' });
  await reader.ask('again', { action: 'subscribe', topic: 'orders:*' });
  await end();
  expect(seqsTo('c1').toSorted()).toEqual([1, 2, 3, 4]);
});
