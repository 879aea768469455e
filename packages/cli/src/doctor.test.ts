import { Readable } from 'node:stream';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { mockedClient } from '../../../test/support/mockedClient.ts';
import type { CheckResult } from './doctor/check.ts';
import { run } from './run.ts';

const [stacks, cognito] = [mockedClient(CloudFormationClient), mockedClient(CognitoIdentityProviderClient)];
const fetched: string[] = [];
const claims = Buffer.from(JSON.stringify({ exp: Date.now() / 1_000 + 3_600 })).toString('base64url');

beforeEach(() => {
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  // Nobody answers there: how the sign-in goes is all that is looked at.
  vi.stubGlobal('fetch', async (url: string) => {
    fetched.push(String(url));
    throw new Error('nobody');
  });
  const outputs = {
    HttpUrl: 'http://127.0.0.1:1',
    WebSocketUrl: 'ws://127.0.0.1:1',
    EventBusName: 'Desk',
    UserPoolId: 'eu-west-1_Ab12',
    UserPoolClientId: 'app1',
  };
  const Outputs = Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
  const stack = { StackName: 'Desk', StackStatus: 'CREATE_COMPLETE' as const, CreationTime: new Date(0) };
  stacks
    .on(DescribeStacksCommand)
    .resolves({ Stacks: [{ ...stack, Tags: [{ Key: 'tidings:stage', Value: 'dev' }], Outputs }] });
  cognito.on(InitiateAuthCommand).resolves({ AuthenticationResult: { IdToken: `h.${claims}.s` } });
});
afterEach(() => {
  fetched.length = 0;
  for (const mock of [stacks, cognito]) mock.reset();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

async function doctor(words: readonly string[], env: Record<string, string> = {}) {
  const [printed, complaints]: [string[], string[]] = [[], []];
  const code = await run(['doctor', '--json', ...words], {
    env,
    stop: new AbortController().signal,
    input: Readable.from(['of stdin\n']),
    print: (line) => printed.push(line),
    complain: (text) => complaints.push(text),
  });
  const { checks = [] } = JSON.parse(printed[0] ?? '{}') as { checks?: CheckResult[] };
  return { code, signIn: checks.find(({ name }) => name === 'sign in'), complaint: complaints.join('\n') };
}
const carla = ['--stage', 'dev', '--user', 'carla@acme.test'];
const passwords = () =>
  cognito.commandCalls(InitiateAuthCommand).map(({ args: [{ input }] }) => input.AuthParameters?.PASSWORD);

test.each([
  [carla, 'of the env'],
  [[...carla, '--password-stdin'], 'of stdin'],
  [['--stack', 'Desk', '--user', 'carla@acme.test'], 'of the env'],
])('%j signs in to the pool of the stack, and asks no issuer of this machine', async (words, password) => {
  const { signIn } = await doctor(words, { TIDINGS_PASSWORD: 'of the env' });
  expect(signIn).toMatchObject({ state: 'ok' });
  expect(passwords()).toEqual([password]);
  expect(fetched.filter((url) => /issuer/.test(url))).toEqual([]);
});

test('a user who is not let in is a check that failed, and tells why', async () => {
  const refused = Object.assign(new Error('no'), { name: 'NotAuthorizedException' });
  cognito.on(InitiateAuthCommand).rejects(refused);
  const { code, signIn } = await doctor(carla, { TIDINGS_PASSWORD: 'hidden' });
  expect(code).toBe(1);
  expect(signIn).toMatchObject({ state: 'failed', says: expect.stringContaining('cannot sign carla') });
});

test.each([
  [[...carla, '--role', 'msp'], '--role is for the local issuer'],
  [[...carla, '--token', 'x'], 'either --token or --user'],
  [carla, 'set TIDINGS_PASSWORD, or give --password-stdin'],
  [['--url', 'http://127.0.0.1:1', '--password-stdin'], '--password-stdin is for --user of a --stage'],
])('%j is not understood', async (words, sentence) => {
  expect(await doctor(words)).toMatchObject({ code: 2, complaint: expect.stringContaining(sentence) });
  expect(passwords()).toEqual([]);
});
