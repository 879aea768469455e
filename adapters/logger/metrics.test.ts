import { expect, test } from 'vitest';
import { writtenLines } from '../../test/support/writtenLines.ts';
import { loggedMetrics } from './metrics.ts';

/** The lines as CloudWatch reads them: what is a metric, by its dimensions. */
const read = (lines: readonly string[]) =>
  lines.map((line) => {
    const { _aws, ...values } = JSON.parse(line);
    expect(typeof _aws.Timestamp).toBe('number');
    const metrics = _aws.CloudWatchMetrics.map(({ Namespace, ...directive }: { Namespace: string }) => {
      expect(Namespace).toBe('Tidings');
      return directive;
    });
    return { metrics, ...values };
  });
const whole = [['stage']];
const splitBy = (name: string) => [['stage'], ['stage', name]];

test('what an invocation added is one line, with counts as sums and durations one by one', () => {
  const lines = writtenLines();
  const metrics = loggedMetrics('dev');
  metrics.add('Delivered', 3);
  metrics.add('Delivered', 2);
  metrics.add('PostMs', 40);
  metrics.add('PostMs', 7);
  metrics.flush();
  metrics.flush();
  expect(read(lines)).toEqual([
    {
      metrics: [
        {
          Dimensions: whole,
          Metrics: [
            { Name: 'Delivered', Unit: 'Count' },
            { Name: 'PostMs', Unit: 'Milliseconds' },
          ],
        },
      ],
      stage: 'dev',
      Delivered: 5,
      PostMs: [40, 7],
    },
  ]);
});

test('what is split is a line for each part, and counts for the whole too', () => {
  const lines = writtenLines();
  const metrics = loggedMetrics('dev');
  for (const check of ['issuer', 'expiry', 'issuer']) metrics.add('RefusedHandshakes', 1, check);
  metrics.flush();
  const directives = [
    { Dimensions: splitBy('check'), Metrics: [{ Name: 'RefusedHandshakes', Unit: 'Count' }] },
  ];
  expect(read(lines)).toEqual([
    { metrics: directives, stage: 'dev', check: 'issuer', RefusedHandshakes: 2 },
    { metrics: directives, stage: 'dev', check: 'expiry', RefusedHandshakes: 1 },
  ]);
});

test('an invocation whose figures are each of one part is one line, in which each is split by its own', () => {
  const lines = writtenLines();
  const metrics = loggedMetrics('dev');
  metrics.add('Requests', 1, 'room.send');
  metrics.add('CommitTries', 2);
  metrics.add('RefusedRequests', 1, 'forbidden');
  metrics.flush();
  expect(read(lines)).toEqual([
    {
      metrics: [
        { Dimensions: whole, Metrics: [{ Name: 'CommitTries', Unit: 'Count' }] },
        { Dimensions: splitBy('action'), Metrics: [{ Name: 'Requests', Unit: 'Count' }] },
        { Dimensions: splitBy('code'), Metrics: [{ Name: 'RefusedRequests', Unit: 'Count' }] },
      ],
      ...{ stage: 'dev', action: 'room.send', code: 'forbidden' },
      ...{ Requests: 1, CommitTries: 2, RefusedRequests: 1 },
    },
  ]);
});

test('a line has no more values than CloudWatch takes: 100 of a metric', () => {
  const lines = writtenLines();
  const metrics = loggedMetrics('dev');
  for (let ms = 0; ms < 150; ms++) metrics.add('PostMs', ms);
  metrics.flush();
  expect(read(lines)[0]?.PostMs).toHaveLength(100);
});
