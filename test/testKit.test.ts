import { expect, test } from 'vitest';
import { features } from '../features/index.ts';
import { createTestKit } from '../testing/testKit.ts';
import { emitting } from './support/emitting.ts';

test('a kit tells what went to other services: events that are marked, and no others', async () => {
  const kit = createTestKit(emitting(features, 'engagement') as typeof features);
  const ann = await kit.connect({ user: 'ann', tenant: 't', roles: ['msp'] });
  await ann.request('interaction.record', { clientId: 'acme', kind: 'call' });
  expect(await kit.emitted()).toEqual([]);
  await ann.request('engagement.update', { clientId: 'acme', status: 'active' });
  await ann.request('engagement.update', { clientId: 'acme', status: 'closed' });
  expect(await kit.emitted()).toMatchObject([
    { source: 'tidings.events', type: 'engagement', detail: { tenant: 't', topic: 'client:acme', seq: 2 } },
    { type: 'engagement', detail: { seq: 3, payload: { status: 'closed' } } },
  ]);
});
