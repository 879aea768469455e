import { expect, test } from 'vitest';
import { handleAction } from '../../core/api/router.ts';
import { memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { phraseBook } from '../jobs/adapters/phraseBook.ts';
import { engagementReport } from './engagementReport.ts';

test('a day on which a client was only alerted is not reported as a day of engagement', async () => {
  const memory = memoryRuntime();
  const runtime = { ...memory, translator: phraseBook() };
  const report = () => engagementReport.run({ runtime, tenant: 't', progress: async () => {} }, {});
  const alert = { to: { clientId: 'acme' }, severity: 'info', title: 'Your certificate ends' };
  const raised = await handleAction(runtime, principal(memory), 'one', {
    action: 'alert.raise',
    ref: '1',
    payload: alert,
  });
  expect(raised.type).toBe('ack');
  expect(await report()).toMatchObject({
    totals: { clients: { active: 0, quiet: 1 } },
    clients: [],
    days: [],
  });
  await handleAction(runtime, principal(memory), 'two', {
    action: 'interaction.record',
    ref: '2',
    payload: { clientId: 'acme', kind: 'call' },
  });
  expect(await report()).toMatchObject({ days: [{ interactions: 1, updates: 0 }] });
});
