import { expect, test } from 'vitest';
import { list, object, synthesize, testStage } from './template.ts';

const { ofType, functions, nameOf, text } = synthesize(testStage());

const queueNamed = (name: string) =>
  ofType('AWS::SQS::Queue').find(({ id }) => nameOf(id) === name)?.properties ?? {};
const functionOf = (entry: string) => functions.find(({ id }) => nameOf(id) === entry)?.properties ?? {};
const sourceOf = (queue: string) =>
  ofType('AWS::Lambda::EventSourceMapping')
    .map(({ properties }) => properties)
    .find(({ EventSourceArn }) => text(EventSourceArn) === `${queue}.Arn`) ?? {};

test.each([
  ['JobWorkQueue', 'features/jobs/lambdas/work.ts', 'JobWorkDead'],
  ['StreamWorkQueue', 'features/assistant/lambdas/stream.ts', 'StreamWorkDead'],
])('%s gives one message at a time to %s, and after three tries to %s', (queue, entry, dead) => {
  const source = sourceOf(queue);
  expect(source).toMatchObject({ BatchSize: 1, FunctionResponseTypes: ['ReportBatchItemFailures'] });
  expect(text(source.FunctionName)).toBe(entry);
  const { VisibilityTimeout, RedrivePolicy, SqsManagedSseEnabled } = queueNamed(queue);
  expect(SqsManagedSseEnabled).toBe(true);
  expect(VisibilityTimeout).toBeGreaterThanOrEqual(6 * Number(functionOf(entry).Timeout));
  expect(object(RedrivePolicy).maxReceiveCount).toBe(3);
  expect(text(object(RedrivePolicy).deadLetterTargetArn)).toBe(`${dead}.Arn`);
});

test('what came in vain waits for a person: no function reads a dead-letter queue', () => {
  const read = ofType('AWS::Lambda::EventSourceMapping').map(({ properties }) =>
    text(properties.EventSourceArn),
  );
  expect(read.sort()).toEqual(['JobWorkQueue.Arn', 'StreamWorkQueue.Arn', 'queue.Arn']);
});

test('an answer may take the fifteen minutes that a function has', () => {
  expect(functionOf('features/assistant/lambdas/stream.ts').Timeout).toBe(900);
});

test('a job is held for longer than its function may run', async () => {
  const { jobLeaseMs } = await import('../../features/jobs/jobWork.ts');
  expect(jobLeaseMs).toBeGreaterThan(1000 * Number(functionOf('features/jobs/lambdas/work.ts').Timeout));
});

test('5.4: events of the source tidings run bus, are tried again and then kept for 14 days', () => {
  const rule = ofType('AWS::Events::Rule').find(({ properties }) => 'EventPattern' in properties)?.properties;
  expect(rule).toMatchObject({ EventPattern: { source: ['tidings'] }, State: 'ENABLED' });
  const [target, ...more] = list(rule?.Targets).map(object);
  expect(more).toEqual([]);
  expect(text(target?.Arn)).toBe('lambdas/bus.ts.Arn');
  expect(text(object(target?.DeadLetterConfig).Arn)).toBe('EventBusApiDeadEvents.Arn');
  const [retries] = ofType('AWS::Lambda::EventInvokeConfig').map(({ properties }) => properties);
  expect(retries).toMatchObject({ MaximumRetryAttempts: 2, Qualifier: '$LATEST' });
  expect(text(retries?.FunctionName)).toBe('lambdas/bus.ts');
  const { OnFailure } = object(retries?.DestinationConfig);
  expect(text(object(OnFailure).Destination)).toBe('EventBusApiDeadEvents.Arn');
  expect(queueNamed('EventBusApiDeadEvents').MessageRetentionPeriod).toBe(14 * 24 * 3600);
});
