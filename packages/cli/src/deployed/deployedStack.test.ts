import {
  CloudFormationClient,
  DescribeStacksCommand,
  ListStackResourcesCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stageTag } from '../../../../lib/operating/tags.ts';
import { mockedClient } from '../../../../test/support/mockedClient.ts';
import { deployedStack, hasStood } from './deployedStack.ts';

const mock = mockedClient(CloudFormationClient);
beforeEach(() => {
  vi.stubEnv('AWS_REGION', 'eu-west-1');
});
afterEach(() => {
  mock.reset();
  vi.unstubAllEnvs();
});

const at = new Date(0);
const tagged = (name: string, stage: string, more: Partial<Stack> = {}): Stack => ({
  StackName: name,
  StackStatus: 'CREATE_COMPLETE',
  CreationTime: at,
  Tags: [{ Key: stageTag, Value: stage }],
  Outputs: [{ OutputKey: 'TableName', OutputValue: `table-of-${name}` }],
  ...more,
});
const thrown = (name: string, message = 'said AWS', more = {}) =>
  Object.assign(new Error(message), { name, ...more });

test('the stack of a stage is found by its tag, on whichever page of the list', async () => {
  mock.on(DescribeStacksCommand, { NextToken: undefined }).resolves({
    Stacks: [tagged('other', 'prod'), tagged('foreign', 'dev', { Tags: [] })],
    NextToken: 'more',
  });
  mock.on(DescribeStacksCommand, { NextToken: 'more' }).resolves({ Stacks: [tagged('mine', 'dev')] });
  const stack = await deployedStack({});
  expect(stack).toMatchObject({
    name: 'mine',
    terminationProtected: false,
    tags: { [stageTag]: 'dev' },
  });
  expect(stack.output('TableName')).toBe('table-of-mine');
  expect((await deployedStack({ stage: 'prod' })).name).toBe('other');
});

test('a stack that is named is asked for alone', async () => {
  mock.on(DescribeStacksCommand).resolves({ Stacks: [tagged('mine', 'qa')] });
  const stack = await deployedStack({ stack: 'mine', region: 'us-east-1', profile: 'work' });
  expect(mock.commandCalls(DescribeStacksCommand).map(({ args: [{ input }] }) => input)).toEqual([
    { StackName: 'mine' },
  ]);
  expect(stack.place).toEqual({ region: 'us-east-1', profile: 'work' });
});

test("an output has the construct's name and a hash around its own in a team's stack", async () => {
  const outputs = [
    ['RealtimeTableName0A1B2C3D', 'rows'],
    ['TableNameOfAnother', 'not this'],
    ['WebSocketUrl', 'wss://a'],
  ].map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
  mock.on(DescribeStacksCommand).resolves({ Stacks: [tagged('mine', 'dev', { Outputs: outputs })] });
  const stack = await deployedStack({});
  expect(stack.output('TableName')).toBe('rows');
  expect(stack.output('WebSocketUrl')).toBe('wss://a');
  expect(stack.optionalOutput('UserPoolId')).toBeUndefined();
  expect(() => stack.output('HttpUrl')).toThrow('the stack mine has no output HttpUrl');
});

test('two outputs of a name are refused, for one of them would be a guess', async () => {
  const outputs = ['OneTableName0A1B2C3D', 'TwoTableName0A1B2C3D'].map((OutputKey) => ({ OutputKey }));
  mock.on(DescribeStacksCommand).resolves({ Stacks: [tagged('mine', 'dev', { Outputs: outputs })] });
  const stack = await deployedStack({});
  expect(() => stack.output('TableName')).toThrow('has 2 outputs TableName');
});

test('what the stack is made of is listed to its end, by type', async () => {
  const summary = (id: string, type: string) => ({
    LogicalResourceId: id,
    ResourceType: type,
    PhysicalResourceId: `physical-${id}`,
    LastUpdatedTimestamp: at,
    ResourceStatus: 'CREATE_COMPLETE' as const,
  });
  mock.on(DescribeStacksCommand).resolves({ Stacks: [tagged('mine', 'dev')] });
  mock.on(ListStackResourcesCommand, { StackName: 'mine', NextToken: undefined }).resolves({
    StackResourceSummaries: [summary('A', 'AWS::SQS::Queue'), summary('B', 'AWS::Lambda::Function')],
    NextToken: 'more',
  });
  const { PhysicalResourceId: _none, ...unmade } = summary('D', 'AWS::SQS::Queue');
  mock.on(ListStackResourcesCommand, { StackName: 'mine', NextToken: 'more' }).resolves({
    StackResourceSummaries: [summary('C', 'AWS::SQS::Queue'), unmade],
  });
  const stack = await deployedStack({});
  const ids = async (type?: string) => (await stack.resources(type)).map(({ id }) => id);
  expect(await ids()).toEqual(['A', 'B', 'C']);
  expect(await stack.resources('AWS::SQS::Queue')).toEqual([
    { id: 'A', type: 'AWS::SQS::Queue', physicalId: 'physical-A' },
    { id: 'C', type: 'AWS::SQS::Queue', physicalId: 'physical-C' },
  ]);
  mock.on(ListStackResourcesCommand).rejects(thrown('AccessDenied', 'not authorized to perform: it'));
  await expect(stack.resources()).rejects.toThrow(
    'list what the stack mine is made of: the credentials lack',
  );
});

test.each([
  ['CREATE_IN_PROGRESS', 'wait until that is over'],
  ['ROLLBACK_COMPLETE', 'delete it and deploy again'],
  ['ROLLBACK_FAILED', 'delete it and deploy again'],
  ['DELETE_FAILED', 'delete it and deploy again'],
  ['REVIEW_IN_PROGRESS', 'wait'],
] as const)('a stack that is %s is refused', async (StackStatus, what) => {
  const stack = tagged('mine', 'dev', { StackStatus, StackStatusReason: 'the table failed' });
  mock.on(DescribeStacksCommand).resolves({ Stacks: [stack] });
  await expect(deployedStack({})).rejects.toThrow(`mine is ${StackStatus} (the table failed): ${what}`);
});

test.each(['UPDATE_ROLLBACK_FAILED', 'UPDATE_IN_PROGRESS', 'IMPORT_COMPLETE'] as const)(
  'a stack that is %s runs as it was, and can be worked on',
  async (StackStatus) => {
    mock.on(DescribeStacksCommand).resolves({ Stacks: [tagged('mine', 'dev', { StackStatus })] });
    expect((await deployedStack({})).name).toBe('mine');
  },
);

test('a stack that is not there, and one that cannot be told from another, are named', async () => {
  mock.on(DescribeStacksCommand).resolves({ Stacks: [tagged('b', 'dev'), tagged('a', 'dev')] });
  await expect(deployedStack({})).rejects.toThrow('name one with --stack: a, b');
  await expect(deployedStack({ stage: 'qa' })).rejects.toThrow(/no stack in eu-west-1 is of the stage qa/);
  mock.on(DescribeStacksCommand).rejects(thrown('ValidationError', 'Stack with id mine does not exist'));
  await expect(deployedStack({ stack: 'mine' })).rejects.toThrow('there is no stack mine in eu-west-1');
  await expect(deployedStack({ stack: 'mine', stage: 'dev' })).rejects.toThrow('not both');
});

test.each([
  ['CREATE_COMPLETE', true],
  ['UPDATE_ROLLBACK_COMPLETE', true],
  ['CREATE_IN_PROGRESS', false],
  ['ROLLBACK_COMPLETE', false],
  ['REVIEW_IN_PROGRESS', false],
] as const)('a stack that is %s has stood: %s', async (StackStatus, stood) => {
  mock
    .on(DescribeStacksCommand, { StackName: 'mine' })
    .resolves({ Stacks: [tagged('mine', 'dev', { StackStatus })] });
  expect(await hasStood('mine', {})).toBe(stood);
});

test('a stack that is not there has not stood, and one that cannot be asked for is no answer', async () => {
  mock.on(DescribeStacksCommand).rejects(thrown('ValidationError', 'Stack with id mine does not exist'));
  expect(await hasStood('mine', {})).toBe(false);
  mock.on(DescribeStacksCommand).rejects(thrown('AccessDenied', 'not authorized'));
  await expect(hasStood('mine', {})).rejects.toThrow(
    'cannot read the stack mine: the credentials lack a right',
  );
});

test.each([
  [thrown('CredentialsProviderError'), 'there are no credentials of AWS in the profile work: sign in'],
  [thrown('ExpiredToken'), 'AWS refuses the credentials (ExpiredToken): they may have expired'],
  [thrown('InvalidClientTokenId'), 'AWS refuses the credentials'],
  [thrown('AccessDenied', 'not authorized to perform: X'), 'lack a right: not authorized to perform: X'],
  [thrown('Error', 'getaddrinfo', { code: 'ENOTFOUND' }), 'AWS is not reachable (ENOTFOUND)'],
  [thrown('Throttling', 'Rate exceeded'), 'cannot list the stacks: Throttling: Rate exceeded'],
])('%s is told in a sentence', async (error, sentence) => {
  mock.on(DescribeStacksCommand).rejects(error);
  await expect(deployedStack({ profile: 'work' })).rejects.toThrow(sentence);
});

test('without a Region it is asked for', async () => {
  vi.stubEnv('AWS_REGION', undefined);
  vi.stubEnv('AWS_CONFIG_FILE', '/nowhere');
  await expect(deployedStack({})).rejects.toThrow('there is no Region: give --region, or set AWS_REGION');
});
