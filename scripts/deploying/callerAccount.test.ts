import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, expect, test } from 'vitest';
import { callerAccount } from './callerAccount.ts';

const formation = mockClient(CloudFormationClient);
afterEach(() => formation.reset());
const place = { region: 'eu-west-1' };
const thrown = (name: string, message: string) => Object.assign(new Error(message), { name });

test('the account of the credentials is read from the ARN of the CDK’s own stack', async () => {
  formation.on(DescribeStacksCommand, { StackName: 'CDKToolkit' }).resolves({
    Stacks: [
      {
        StackId: 'arn:aws:cloudformation:eu-west-1:111111111111:stack/CDKToolkit/a-b-c',
        StackName: 'CDKToolkit',
        StackStatus: 'UPDATE_COMPLETE',
        CreationTime: new Date(0),
      },
    ],
  });
  expect(await callerAccount(place)).toBe('111111111111');
});

test('without that stack it cannot be told, and what AWS refuses is told in a sentence', async () => {
  const on = formation.on(DescribeStacksCommand);
  on.rejects(thrown('ValidationError', 'Stack with id CDKToolkit does not exist'));
  expect(await callerAccount(place)).toBeUndefined();
  on.rejects(thrown('AccessDenied', 'not authorized to perform: it'));
  await expect(callerAccount(place)).rejects.toThrow('cannot ask whose account the credentials are of');
});
