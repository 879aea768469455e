import { expect, test } from 'vitest';
import { busyTopic } from '../../../test/support/busyTopic.ts';

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
