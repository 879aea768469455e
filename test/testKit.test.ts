import { action, contract } from '@tidings/protocol';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { feature } from '../core/feature.ts';
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

test('what a handler fails at is what the test is told', async () => {
  const fault = new TypeError('the ward is undefined');
  const broken = feature({
    name: 'broken',
    contract: contract({
      actions: {
        'ward.open': action({
          roles: 'any',
          payload: z.object({}),
          answer: z.object({}),
          documentation: 'Fails.',
        }),
      },
    }),
    actions: { 'ward.open': () => Promise.reject(fault) },
  });
  const kit = createTestKit([broken]);
  const ann = await kit.connect({ user: 'ann', roles: ['msp'] });
  await expect(ann.request('ward.open', {})).rejects.toMatchObject({
    code: 'internal',
    message: 'the handler failed: TypeError: the ward is undefined',
    cause: fault,
  });
  expect(kit.reports).toEqual(['a request: TypeError: the ward is undefined']);
});

test('settings that a deployment would refuse are refused in a test too, by their names', () => {
  expect(() => createTestKit(features, { limits: { bookingPerUser: 2 } })).toThrow(
    'settings.limits.bookingPerUser: is not a setting: remove it, or add the feature that has it',
  );
  expect(() => createTestKit(features, { limits: { bookingsPerUser: 0 } })).toThrow(
    'settings.limits.bookingsPerUser: must be at least 1',
  );
});
