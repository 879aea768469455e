import { expect, test } from 'vitest';
import { loggedMetrics } from '../../adapters/logger/metrics.ts';
import { writeRefusal } from '../../adapters/logger/refusals.ts';
import { writtenLines } from '../../test/support/writtenLines.ts';
import { readFunctionLine } from './functionLine.ts';

test('figures are read as functions write them: whole, split, one by one', () => {
  const lines = writtenLines();
  const metrics = loggedMetrics('dev');
  metrics.add('Delivered', 3);
  metrics.add('PostMs', 10);
  metrics.add('PostMs', 20);
  metrics.add('RefusedRequests', 2, 'forbidden');
  metrics.add('RefusedRequests', 1, 'rate_limited');
  metrics.flush();
  expect(lines.map(readFunctionLine)).toEqual([
    {
      figures: [
        { metric: 'Delivered', values: [3] },
        { metric: 'PostMs', values: [10, 20] },
        { metric: 'RefusedRequests', values: [2], by: 'forbidden' },
      ],
    },
    { figures: [{ metric: 'RefusedRequests', values: [1], by: 'rate_limited' }] },
  ]);
});

test('a refused handshake is read with the check that failed', () => {
  const refusal = { requestId: 'r1', status: 401, check: 'expiry', why: 'the token is over' };
  const lines = writtenLines();
  writeRefusal(refusal);
  expect(lines.map(readFunctionLine)).toEqual([{ refusal }]);
});

test.each([
  'connected: L0SM9cOFvHcCIhw=, as msp',
  '{"_aws": nothing',
  '{"_aws":{"CloudWatchMetrics":[{"Namespace":"Tickets"}]},"Delivered":3}',
  '{"_aws":"a handshake was refused"}',
  'no JSON "what":"a handshake was refused"',
])('%s is left as it is', (line) => {
  expect(readFunctionLine(line)).toBeUndefined();
});
