import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { metrics } from '../../core/metrics.ts';
import { features } from '../../features/index.ts';
import { emitting } from '../support/emitting.ts';
import { list, object, type Resource, synthesize, testStage } from './template.ts';

const topicArn = 'arn:aws:sns:eu-west-1:111122223333:on-call';
// With an event for the event bus, so that all that can be watched is there.
const marking = emitting(features, 'engagement');
const stack = synthesize(testStage({ alarms: { topicArn } }, marking), marking);
const mailed = synthesize(testStage({ alarms: { emails: ['ops@example.com'] } }));
const alarmsOf = ({ ofType }: ReturnType<typeof synthesize>) =>
  new Map(ofType('AWS::CloudWatch::Alarm').map((one) => [one.id.replace(/^Alarms|[0-9A-F]{8}$/g, ''), one]));
const alarms = alarmsOf(stack);
const alarm = (name: string): Resource['properties'] => {
  const found = alarms.get(name);
  if (!found) throw new Error(`no alarm ${name} among ${[...alarms.keys()].join(', ')}`);
  return found.properties;
};

test('a stage that asks for no alarms has none, and no topic', () => {
  const plain = synthesize(testStage());
  expect([plain.ofType('AWS::CloudWatch::Alarm'), plain.ofType('AWS::SNS::Topic')]).toEqual([[], []]);
});

test('each alarm goes to the topic, and says where to read what to do', () => {
  const text = readFileSync(new URL('../../docs/operating.md', import.meta.url), 'utf8');
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading.toLowerCase().replaceAll(' ', '-'),
  );
  expect(alarms.size).toBeGreaterThan(12);
  for (const [name, { properties }] of alarms) {
    expect(properties.AlarmActions, name).toEqual([topicArn]);
    const [, heading] = /docs\/operating\.md#([\w-]+)$/.exec(String(properties.AlarmDescription)) ?? [];
    expect(headings, name).toContain(heading);
  }
});

test('docs/costs.md says what the alarms of this app cost', () => {
  const own = mailed.ofType('AWS::CloudWatch::Alarm');
  // An expression is none, and is paid for by the metrics that it is made of.
  const watched = own.flatMap(({ properties }) =>
    properties.Metrics ? list(properties.Metrics).filter((one) => object(one).MetricStat) : [properties],
  );
  const text = readFileSync(new URL('../../docs/costs.md', import.meta.url), 'utf8');
  const [, ...said] = /this app's (\d+) alarms watch (\d+), \$([\d.]+)/.exec(text) ?? [];
  expect(said.map(Number)).toEqual([own.length, watched.length, watched.length / 10]);
});

test('every dead-letter queue is watched', () => {
  const dead = stack
    .ofType('AWS::SQS::Queue')
    .filter(({ properties }) => properties.MessageRetentionPeriod === 14 * 24 * 3_600);
  const watched = [...alarms.values()].flatMap(({ properties }) =>
    list(properties.Dimensions).map((one) => JSON.stringify(object(object(one).Value)['Fn::GetAtt'])),
  );
  expect(dead.length).toBeGreaterThan(3);
  for (const { id } of dead) expect(watched).toContain(JSON.stringify([id, 'QueueName']));
});

/** What is worked on has an age too, and may be for so long. */
const queues = {
  Delivery: { queue: 'queue', from: 60 },
  Job: { queue: 'JobWorkQueue', from: 60 + 2 * 60 },
  Stream: { queue: 'StreamWorkQueue', from: 60 + 15 * 60 },
};

test('every queue of work is watched', () => {
  const works = stack.ofType('AWS::SQS::Queue').filter(({ properties }) => properties.RedrivePolicy);
  const names = works.map(({ id }) => stack.nameOf(id)).sort();
  expect(names).toEqual(
    Object.values(queues)
      .map(({ queue }) => queue)
      .sort(),
  );
});

describe('somebody is woken', () => {
  test.each(['Connect', 'Message', 'Http'])('by errors of %s, and by its throttles', (name) => {
    expect(alarm(`${name}Errors`)).toMatchObject({ MetricName: 'Errors', Threshold: 5 });
    expect(alarm(`${name}Throttles`)).toMatchObject({ MetricName: 'Throttles', Threshold: 1 });
  });

  test('by errors of the authorizer, but for tokens that it refused', () => {
    const { Metrics } = alarm('AuthorizeErrors');
    expect(list(Metrics).map(object)).toContainEqual(
      expect.objectContaining({ Expression: 'errors - unauthorized' }),
    );
  });

  test('by a reaper that is not heard of', () => {
    expect(alarm('ReaperSilent')).toMatchObject({
      MetricName: 'Invocations',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
    });
  });

  test.each(Object.entries(queues))('by work in the queue of %s that waits', (name, { queue, from }) => {
    expect(alarm(`${name}Waiting`)).toMatchObject({
      MetricName: 'ApproximateAgeOfOldestMessage',
      Threshold: from,
      EvaluationPeriods: 5,
    });
    const [dimension] = list(alarm(`${name}Waiting`).Dimensions);
    expect(stack.text(object(dimension).Value)).toBe(`${queue}.QueueName`);
  });

  test.each(['Job', 'Stream'])('by work of the kind %s of which each try fails and none is done', (name) => {
    const called = { Job: 'a job', Stream: 'an answer' }[name];
    expect(alarm(`${name}Failing`)).toMatchObject({
      Namespace: 'Tidings',
      MetricName: 'FailedWork',
      Dimensions: [
        { Name: 'stage', Value: 'test' },
        { Name: metrics.FailedWork.by, Value: called },
      ],
      // What was done counts as 0.
      Statistic: 'Minimum',
      Threshold: 1,
      Period: 300,
      DatapointsToAlarm: 3,
      EvaluationPeriods: 6,
      TreatMissingData: 'notBreaching',
    });
  });

  test('by no work that fails where its feature is left out, or figures are', () => {
    const failing = (...stage: Parameters<typeof testStage>) =>
      [...alarmsOf(synthesize(testStage(...stage), stage[1])).keys()].filter((id) => id.endsWith('Failing'));
    const without = features.filter(({ name }) => name !== 'assistant');
    expect(failing({ alarms: {} }, without)).toEqual(['JobFailing']);
    expect(failing({ alarms: {}, metrics: false })).toEqual([]);
  });

  test('by events that reach the event bus late, in an app that has such', () => {
    expect(alarm('EmitLate')).toMatchObject({
      MetricName: 'IteratorAge',
      Statistic: 'Maximum',
      Threshold: 300_000,
    });
    const [dimension] = list(alarm('EmitLate').Dimensions);
    expect(stack.text(object(dimension).Value)).toBe('lambdas/emit.ts');
    const others = mailed.ofType('AWS::CloudWatch::Alarm').map(({ id }) => id);
    expect(others.filter((id) => id.includes('EmitLate'))).toEqual([]);
  });

  test('by a socket’s API that gets no answer from the functions', () => {
    expect(alarm('IntegrationErrors')).toMatchObject({ MetricName: 'IntegrationError', Threshold: 5 });
    const [dimension] = list(alarm('IntegrationErrors').Dimensions).map(object);
    expect([dimension?.Name, stack.text(dimension?.Value)]).toEqual(['ApiId', 'socketApi']);
  });

  test('by a table that turns requests away', () => {
    expect(alarm('ReadsThrottled')).toMatchObject({ MetricName: 'ReadThrottleEvents', EvaluationPeriods: 5 });
    expect(alarm('WritesThrottled')).toMatchObject({
      MetricName: 'WriteThrottleEvents',
      EvaluationPeriods: 5,
    });
  });
});

test('mails go to a topic of the stack, which each receiver confirms', () => {
  expect(mailed.ofType('AWS::SNS::Subscription').map(({ properties }) => properties)).toMatchObject([
    { Protocol: 'email', Endpoint: 'ops@example.com' },
  ]);
  expect(() => testStage({ alarms: { topicArn: 'on-call' } })).toThrow(/topicArn.*ARN of an SNS topic/);
});

test('alarms of the account, and of no other, may publish on the stack’s topic', () => {
  const [policy, ...more] = mailed.ofType('AWS::SNS::TopicPolicy');
  expect(more).toEqual([]);
  const [topic] = mailed.ofType('AWS::SNS::Topic');
  const allowed = list(object(policy?.properties.PolicyDocument).Statement).filter(
    (statement) => object(statement).Effect === 'Allow',
  );
  expect(allowed).toEqual([
    {
      Sid: 'Alarms',
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: { Ref: topic?.id },
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    },
  ]);
});

test('by functions that are about to use up what the account may run at once', () => {
  expect(alarm('Concurrency')).toMatchObject({
    MetricName: 'ConcurrentExecutions',
    Threshold: 800,
    EvaluationPeriods: 3,
  });
  expect(alarm('Concurrency').Dimensions).toBeUndefined();
});

test('the link of an alarm leads to a runbook of one’s own, where the stage names it', () => {
  const runbookUrl = 'https://wiki.example.com/tidings';
  const own = synthesize(testStage({ alarms: { runbookUrl } })).ofType('AWS::CloudWatch::Alarm');
  const links = own.map(({ properties }) => String(properties.AlarmDescription).split(' ').at(-1));
  expect(links.every((link) => link?.startsWith(`${runbookUrl}#`))).toBe(true);
});
