import { expect, test } from 'vitest';
import { features } from '../../features/index.ts';
import { emitting } from '../support/emitting.ts';
import { list, object, type Synthesized, synthesize, testStage } from './template.ts';

const marking = emitting(features, 'engagement');
const marked = synthesize(testStage({}, marking), marking);
const plain = synthesize(testStage());

const tableOf = ({ ofType }: Synthesized) => ofType('AWS::DynamoDB::GlobalTable')[0]?.properties;
const mappingsOf = ({ ofType, text }: Synthesized) =>
  ofType('AWS::Lambda::EventSourceMapping').filter(({ properties }) =>
    text(properties.EventSourceArn).endsWith('.StreamArn'),
  );

test('an app that marks no event has no stream, no function, no queue and no right for it', () => {
  expect(tableOf(plain)).not.toHaveProperty('StreamSpecification');
  expect(mappingsOf(plain)).toEqual([]);
  expect(JSON.stringify(plain.template)).not.toMatch(/Outgoing|PutEvents|StreamArn|GetShardIterator|emit/);
});

test('one marked event adds that, and changes nothing else', () => {
  const withoutStream = ({ id, raw }: { id: string; raw: object }) =>
    id.startsWith('DataTable')
      ? { ...raw, Properties: { ...tableOf({ ...marked }), StreamSpecification: undefined } }
      : raw;
  const others = marked.resources.filter(({ id }) => !id.startsWith('Outgoing'));
  expect(Object.fromEntries(others.map((one) => [one.id, withoutStream(one)]))).toEqual(
    Object.fromEntries(plain.resources.map(({ id, raw }) => [id, raw])),
  );
  expect(tableOf(marked)?.StreamSpecification).toEqual({ StreamViewType: 'NEW_IMAGE' });
});

test('the function gets rows of marked events alone, from the beginning of the stream and in its order', () => {
  const [mapping, ...more] = mappingsOf(marked);
  expect(more).toEqual([]);
  const { FilterCriteria, DestinationConfig, EventSourceArn, FunctionName, ...rest } =
    mapping?.properties ?? {};
  expect(rest).toEqual({
    StartingPosition: 'TRIM_HORIZON',
    BatchSize: 100,
    ParallelizationFactor: 1,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    BisectBatchOnFunctionError: true,
    MaximumRecordAgeInSeconds: 12 * 3_600,
  });
  expect(marked.text(EventSourceArn)).toBe('table.StreamArn');
  expect(marked.text(FunctionName)).toBe('lambdas/emit.ts');
  const patterns = list(object(FilterCriteria).Filters).map((one) => JSON.parse(String(object(one).Pattern)));
  expect(patterns).toEqual([{ dynamodb: { NewImage: { emit: { BOOL: [{ exists: true }] } } } }]);
  expect(marked.text(object(object(DestinationConfig).OnFailure).Destination)).toBe('OutgoingDead.Arn');
});

test('what the bus did not take within twelve hours is told to a queue, for 14 days', () => {
  const dead = marked.ofType('AWS::SQS::Queue').find(({ id }) => marked.nameOf(id) === 'OutgoingDead');
  expect(dead?.properties).toEqual({
    MessageRetentionPeriod: 14 * 24 * 3_600,
    SqsManagedSseEnabled: true,
  });
});

test('what goes out does not come in: the rule of incoming events matches another source', () => {
  const patterns = marked
    .ofType('AWS::Events::Rule')
    .flatMap(({ properties }) => ('EventPattern' in properties ? [properties.EventPattern] : []));
  expect(patterns).toEqual([{ source: ['tidings'] }]);
});
