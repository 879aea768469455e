import { PassThrough, Readable } from 'node:stream';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { mockedClient } from '../../../../test/support/mockedClient.ts';
import { deployedToken, type SignInValues } from './deployedToken.ts';

const stacks = mockedClient(CloudFormationClient);
const cognito = mockedClient(CognitoIdentityProviderClient);
beforeEach(() => {
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  const names = { UserPoolId: 'eu-west-1_Ab12', UserPoolClientId: 'app1' };
  const Outputs = Object.entries(names).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
  const stack = {
    StackName: 'Desk',
    StackStatus: 'CREATE_COMPLETE' as const,
    CreationTime: new Date(0),
    Outputs,
  };
  stacks.on(DescribeStacksCommand, { StackName: 'Desk' }).resolves({ Stacks: [stack] });
  cognito
    .on(InitiateAuthCommand)
    .resolves({ AuthenticationResult: { IdToken: 'id', AccessToken: 'access' } });
});
afterEach(() => {
  stacks.reset();
  cognito.reset();
  vi.unstubAllEnvs();
});

const values = { stack: 'Desk', user: 'carla@acme.test' };

function token(
  given: SignInValues & { tenant?: string },
  input: Readable = Readable.from([]),
  env: NodeJS.ProcessEnv = {},
) {
  return deployedToken(given, { stdin: input as never, stderr: new PassThrough() as never, env });
}
const asked = () => cognito.commandCalls(InitiateAuthCommand).map(({ args: [{ input }] }) => input);

test('a user of the stack’s own signs in with a password out of the environment or standard input, and gets an ID token', async () => {
  expect(await token(values, undefined, { TIDINGS_PASSWORD: 'of the env' })).toBe('id');
  expect(await token({ ...values, 'password-stdin': true }, Readable.from(['of stdin\r\n']))).toBe('id');
  expect(asked()).toEqual(
    ['of the env', 'of stdin'].map((PASSWORD) => ({
      ClientId: 'app1',
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'carla@acme.test', PASSWORD },
    })),
  );
});

test('at a terminal it is asked for, and not shown', async () => {
  const keys = Object.assign(new PassThrough(), {
    isTTY: true,
    raw: [] as boolean[],
    setRawMode(on: boolean) {
      keys.raw.push(on);
    },
  });
  const screen = new PassThrough();
  keys.write('secrez\u007ft\rmore');
  expect(await deployedToken(values, { stdin: keys as never, stderr: screen as never, env: {} })).toBe('id');
  expect(asked()).toMatchObject([{ AuthParameters: { PASSWORD: 'secret' } }]);
  expect(String(screen.read())).toBe('Password of carla@acme.test: \n');
  expect(keys.raw).toEqual([true, false]);
});

test.each([
  [{ stack: 'Desk' }, '--user is missing'],
  [{ ...values, tenant: 'demo' }, '--tenant is for the local issuer'],
  [values, 'set TIDINGS_PASSWORD, or give --password-stdin'],
])('%j is refused with what is missing', async (given, sentence) => {
  await expect(token(given)).rejects.toThrow(sentence);
  expect(asked()).toEqual([]);
});

test.each([
  'NotAuthorizedException',
  'UserNotFoundException',
  'PasswordResetRequiredException',
  'TooManyRequestsException',
])('who is not let in (%s) reads why, and no password', async (name) => {
  cognito.on(InitiateAuthCommand).rejects(Object.assign(new Error('said AWS'), { name }));
  const failed = token(values, undefined, { TIDINGS_PASSWORD: 'hidden' });
  await expect(failed).rejects.toThrow(/^cannot sign carla@acme\.test in: /);
  await expect(failed).rejects.not.toThrow('hidden');
});

test.each([
  ['NEW_PASSWORD_REQUIRED', 'has to choose a new password first'],
  ['SOFTWARE_TOKEN_MFA', 'has a second factor'],
  ['CUSTOM_CHALLENGE', 'was answered with CUSTOM_CHALLENGE'],
] as const)('what Cognito asks besides (%s) is told', async (ChallengeName, sentence) => {
  cognito.on(InitiateAuthCommand).resolves({ ChallengeName });
  await expect(token(values, undefined, { TIDINGS_PASSWORD: 'p' })).rejects.toThrow(sentence);
});
