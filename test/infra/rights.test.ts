import { expect, test } from 'vitest';
import { features } from '../../features/index.ts';
import { emitting } from '../support/emitting.ts';
import { type JsonObject, list, object, type Resource, synthesize, testStage } from './template.ts';

const modelId = 'amazon.nova-lite-v1:0';
const marking = emitting(features, 'engagement');
const { ofType, byId, functions, nameOf, text } = synthesize(
  testStage({ assistant: { provider: 'bedrock', modelId } }, marking),
  marking,
);

const statementsOf = (policy: Resource) =>
  list(object(policy.properties.PolicyDocument).Statement).map(object);

const policiesOf = (fn: Resource): readonly Resource[] => {
  const role = text(fn.properties.Role).replace(/\.Arn$/, '');
  return ofType('AWS::IAM::Policy').filter(({ properties }) =>
    list(properties.Roles).map(text).includes(role),
  );
};

/** Each right as a line: `action on resource`, and its condition. */
const linesOf = (statement: JsonObject, ownLog: string): string[] => {
  const condition = 'Condition' in statement ? ` where ${JSON.stringify(statement.Condition)}` : '';
  const resources = list(statement.Resource).map((resource) =>
    text(resource)
      .replace(`${ownLog}.Arn`, 'own log')
      .replace('arn:{Partition}:execute-api:{Region}:{AccountId}:', ''),
  );
  return list(statement.Action).flatMap((action) =>
    resources.map((resource) => `${statement.Effect} ${action} on ${resource}${condition}`),
  );
};

const rightsOf = (fn: Resource): string[] => {
  const ownLog = text(object(fn.properties.LoggingConfig).LogGroup);
  return policiesOf(fn)
    .flatMap(statementsOf)
    .flatMap((statement) => linesOf(statement, ownLog))
    .sort();
};

const log = ['Allow logs:CreateLogStream on own log', 'Allow logs:PutLogEvents on own log'];
const table = (...actions: string[]) => actions.map((action) => `Allow dynamodb:${action} on table.Arn`);
const rows = table('Query', 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem');
const sockets = (...methods: string[]) =>
  methods.map((method) => `Allow execute-api:ManageConnections on socketApi/test/${method}/@connections/*`);
const onQueue =
  (name: string) =>
  (...actions: string[]) =>
    actions.map((action) => `Allow sqs:${action} on ${name}.Arn`);
const queue = onQueue('queue');
const jobs = onQueue('JobWorkQueue');
const streams = onQueue('StreamWorkQueue');
const polling = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'] as const;
const takingOn = [...jobs('SendMessage'), ...streams('SendMessage')];

const expected = {
  'lambdas/authorize.ts': [
    ...log,
    `${table('DeleteItem')} where {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["TICKET#*"]}}`,
  ],
  'lambdas/connect.ts': [
    ...log,
    ...rows,
    ...table('ConditionCheckItem'),
    ...sockets('GET', 'POST', 'DELETE'),
    ...queue('SendMessage'),
  ],
  'lambdas/disconnect.ts': [...log, ...table('PutItem', 'UpdateItem', 'DeleteItem'), ...queue('SendMessage')],
  'lambdas/message.ts': [
    ...log,
    ...rows,
    ...table('ConditionCheckItem'),
    ...sockets('POST', 'DELETE'),
    ...queue('SendMessage'),
    ...takingOn,
  ],
  'lambdas/http.ts': [
    ...log,
    ...rows,
    ...table('ConditionCheckItem'),
    ...sockets('POST', 'DELETE'),
    ...queue('SendMessage'),
    ...takingOn,
  ],
  'lambdas/bus.ts': [
    ...log,
    ...rows,
    ...table('ConditionCheckItem'),
    ...sockets('POST', 'DELETE'),
    ...queue('SendMessage'),
    ...takingOn,
    ...onQueue('EventBusApiDeadEvents')('SendMessage'),
  ],
  'lambdas/deliver.ts': [
    ...log,
    ...rows,
    ...sockets('POST', 'DELETE'),
    ...queue('SendMessage', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'),
  ],
  'lambdas/reap.ts': [...log, ...rows, ...sockets('POST', 'DELETE'), ...queue('SendMessage'), ...takingOn],
  'features/jobs/lambdas/work.ts': [
    ...log,
    ...rows,
    ...sockets('POST', 'DELETE'),
    ...queue('SendMessage'),
    ...jobs('SendMessage', ...polling),
    'Allow translate:TranslateText on *',
    'Allow comprehend:DetectDominantLanguage on *',
  ],
  'features/assistant/lambdas/stream.ts': [
    ...log,
    ...rows,
    ...sockets('POST', 'DELETE'),
    ...queue('SendMessage'),
    ...streams(...polling),
    `Allow bedrock:InvokeModelWithResponseStream on arn:{Partition}:bedrock:{Region}::foundation-model/${modelId}`,
  ],
  // No row of the table, and no event of another source.
  'lambdas/emit.ts': [
    ...log,
    ...['DescribeStream', 'GetRecords', 'GetShardIterator'].map(
      (action) => `Allow dynamodb:${action} on table.StreamArn`,
    ),
    'Allow dynamodb:ListStreams on *',
    ...onQueue('OutgoingDead')('SendMessage'),
    'Allow events:PutEvents on eventBus.Arn where {"StringEquals":{"events:source":"tidings.events"}}',
  ],
};

test('each function may do exactly what it needs', () => {
  const rights = Object.fromEntries(functions.map((fn) => [nameOf(fn.id), rightsOf(fn)]));
  expect(rights).toEqual(
    Object.fromEntries(Object.entries(expected).map(([entry, lines]) => [entry, [...lines].sort()])),
  );
});

/** Actions that know no resources. */
const withoutResource = [
  'translate:TranslateText',
  'comprehend:DetectDominantLanguage',
  'dynamodb:ListStreams',
];

test('no right is a wildcard, but for the ids of the connections of this stage and what knows no resources', () => {
  for (const statement of ofType('AWS::IAM::Policy').flatMap(statementsOf)) {
    const actions = list(statement.Action).map(text);
    for (const action of actions) expect(action).not.toContain('*');
    if (actions.every((action) => withoutResource.includes(action))) continue;
    for (const resource of list(statement.Resource).map(text)) {
      expect(resource.replace(/socketApi\/test\/(GET|POST|DELETE)\/@connections\/\*$/, '')).not.toContain(
        '*',
      );
    }
    expect(statement).not.toHaveProperty('NotAction');
    expect(statement).not.toHaveProperty('NotResource');
  }
});

test('no role has rights from elsewhere, and only its function can take it', () => {
  const taken = functions.map((fn) => text(fn.properties.Role).replace(/\.Arn$/, ''));
  expect(
    ofType('AWS::IAM::Role')
      .map(({ id }) => id)
      .sort(),
  ).toEqual([...taken].sort());
  expect(new Set(taken).size).toBe(functions.length);
  for (const id of taken) {
    const { properties } = byId(id);
    expect(Object.keys(properties)).toEqual(['AssumeRolePolicyDocument']);
    expect(
      statementsOf({
        ...byId(id),
        properties: { PolicyDocument: properties.AssumeRolePolicyDocument ?? null },
      }),
    ).toEqual([
      { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
    ]);
  }
});

test('a stage without a model of Bedrock and without Amazon Translate has no right to either', () => {
  const { ofType: all } = synthesize(testStage({ translator: 'phrase-book' }));
  expect(JSON.stringify(all('AWS::IAM::Policy'))).not.toMatch(/bedrock|translate|comprehend/);
});

test('the queues refuse whoever comes without TLS, and only events that were given up are let in', () => {
  const policies = ofType('AWS::SQS::QueuePolicy');
  expect(policies.flatMap(({ properties }) => list(properties.Queues).map(text)).sort()).toEqual([
    'EventBusApiDeadEvents',
    'JobWorkDead',
    'JobWorkQueue',
    'OutgoingDead',
    'StreamWorkDead',
    'StreamWorkQueue',
    'deadLetters',
    'queue',
  ]);
  const statements = policies.flatMap(statementsOf);
  const [letIn, ...more] = statements.filter(({ Effect }) => Effect === 'Allow');
  expect(more).toEqual([]);
  expect(letIn).toMatchObject({ Action: 'sqs:SendMessage', Principal: { Service: 'events.amazonaws.com' } });
  expect(text(letIn?.Resource)).toBe('EventBusApiDeadEvents.Arn');
  expect(text(object(object(letIn?.Condition).ArnEquals)['aws:SourceArn'])).toMatch(/^EventBusApiPublished/);
  for (const statement of statements.filter((one) => one !== letIn)) {
    expect(statement).toMatchObject({
      Effect: 'Deny',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
  }
});

test('a model in other Regions is asked for by way of its inference profile alone', () => {
  const { ofType, text: said } = synthesize(
    testStage({ assistant: { provider: 'bedrock', modelId: 'eu.amazon.nova-pro-v1:0' } }),
  );
  const statements = ofType('AWS::IAM::Policy')
    .flatMap(statementsOf)
    .filter((statement) => list(statement.Action).some((action) => String(action).startsWith('bedrock:')))
    .map(({ Resource: resource, Condition: condition }) => {
      const profile = object(object(condition).StringLike)['bedrock:InferenceProfileArn'];
      return [said(resource), profile === undefined ? 'without a condition' : said(profile)];
    });
  const profile = 'arn:{Partition}:bedrock:{Region}:{AccountId}:inference-profile/eu.amazon.nova-pro-v1:0';
  expect(statements).toEqual([
    [profile, 'without a condition'],
    ['arn:{Partition}:bedrock:*::foundation-model/amazon.nova-pro-v1:0', profile],
  ]);
});
