import { APIGatewayClient, GetAccountCommand } from '@aws-sdk/client-api-gateway';
import { BedrockClient, GetFoundationModelAvailabilityCommand } from '@aws-sdk/client-bedrock';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, expect, test } from 'vitest';
import { mockedClient } from '../../test/support/mockedClient.ts';
import { awsAccount } from './awsAccount.ts';

const place = { region: 'eu-west-1' };
const account = awsAccount(place);
const clients = [CloudFormationClient, LambdaClient, APIGatewayClient, BedrockClient] as const;
const [formation, lambda, apiGateway, bedrock] = [
  mockedClient(clients[0]),
  mockedClient(clients[1]),
  mockedClient(clients[2]),
  mockedClient(clients[3]),
];
afterEach(() => {
  for (const mock of [formation, lambda, apiGateway, bedrock]) mock.reset();
});
const thrown = (name: string, message = 'said AWS') => Object.assign(new Error(message), { name });

test('the bootstrap’s version is an output of the stack CDKToolkit', async () => {
  formation.on(DescribeStacksCommand, { StackName: 'CDKToolkit' }).resolves({
    Stacks: [
      {
        StackName: 'CDKToolkit',
        StackStatus: 'UPDATE_COMPLETE',
        CreationTime: new Date(0),
        Outputs: [{ OutputKey: 'BootstrapVersion', OutputValue: '25' }],
      },
    ],
  });
  expect(await account.bootstrapVersion()).toBe(25);
  formation
    .on(DescribeStacksCommand)
    .rejects(thrown('ValidationError', 'Stack with id CDKToolkit does not exist'));
  expect(await account.bootstrapVersion()).toBeUndefined();
});

test('the concurrent executions of the account are Lambda’s own figure', async () => {
  lambda.on(GetAccountSettingsCommand, {}).resolves({ AccountLimit: { ConcurrentExecutions: 10 } });
  expect(await account.concurrency()).toBe(10);
});

test('API Gateway tells its role for logs and the rate of the account, or that there is none', async () => {
  apiGateway
    .on(GetAccountCommand, {})
    .resolves({ cloudwatchRoleArn: 'arn:role', throttleSettings: { rateLimit: 10_000, burstLimit: 5_000 } });
  expect(await account.apiGateway()).toEqual({ logRoleArn: 'arn:role', requestsPerSecond: 10_000 });
  apiGateway.on(GetAccountCommand).resolves({});
  expect(await account.apiGateway()).toEqual({});
});

test('a model can be used if the account may, it has been agreed to, and it is in the Region', async () => {
  const fine = {
    modelId: 'm',
    agreementAvailability: { status: 'AVAILABLE' },
    authorizationStatus: 'AUTHORIZED',
    entitlementAvailability: 'AVAILABLE',
    regionAvailability: 'AVAILABLE',
  } as const;
  const asked = async (answer: object) => {
    bedrock.on(GetFoundationModelAvailabilityCommand, { modelId: 'm' }).resolves({ ...fine, ...answer });
    return account.isAvailable('m');
  };
  expect(await asked({})).toBe(true);
  expect(await asked({ authorizationStatus: 'NOT_AUTHORIZED' })).toBe(false);
  expect(await asked({ entitlementAvailability: 'NOT_AVAILABLE' })).toBe(false);
  expect(await asked({ regionAvailability: 'NOT_AVAILABLE' })).toBe(false);
  bedrock.on(GetFoundationModelAvailabilityCommand).rejects(thrown('ResourceNotFoundException'));
  expect(await account.isAvailable('m')).toBe(false);
});

test('what is refused is told in a sentence that names what was asked', async () => {
  const refused = thrown('AccessDeniedException', 'not authorized to perform: it');
  lambda.on(GetAccountSettingsCommand).rejects(refused);
  await expect(account.concurrency()).rejects.toThrow(
    "cannot read Lambda's limits: the credentials lack a right",
  );
  apiGateway.on(GetAccountCommand).rejects(refused);
  await expect(account.apiGateway()).rejects.toThrow("cannot read API Gateway's settings");
  bedrock.on(GetFoundationModelAvailabilityCommand).rejects(refused);
  await expect(account.isAvailable('m')).rejects.toThrow('cannot ask whether m can be used');
});
