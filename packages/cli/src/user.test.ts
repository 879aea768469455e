import { Readable } from 'node:stream';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  ListGroupsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { maxClients as serverTakes } from '../../../core/principal.ts';
import { deployedStage } from '../../../test/support/deployedStage.ts';
import { mockedClient } from '../../../test/support/mockedClient.ts';
import { run } from './run.ts';
import { maxClients } from './user.ts';

const stacks = mockedClient(CloudFormationClient);
const cognito = mockedClient(CognitoIdentityProviderClient);
const outputs = { UserPoolId: 'eu-west-1_Ab12', UserPoolClientId: 'app1' };
const stackWith = (named: Readonly<Record<string, string>>) =>
  stacks.on(DescribeStacksCommand).resolves(deployedStage(named, 'Desk'));
const failure = (name: string, message = 'said AWS') => Object.assign(new Error(message), { name });

beforeEach(() => {
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  stackWith(outputs);
  cognito.on(ListGroupsCommand, { NextToken: undefined }).resolves({
    Groups: [{ GroupName: 'client' }, { GroupName: 'msp' }],
    NextToken: 'more',
  });
  cognito.on(ListGroupsCommand, { NextToken: 'more' }).resolves({ Groups: [{ GroupName: 'nurse' }] });
  cognito.on(AdminCreateUserCommand).resolves({
    User: { Username: 'u-1', Attributes: [{ Name: 'sub', Value: 'u-1' }] },
  });
});
afterEach(() => {
  cognito.reset();
  stacks.reset();
  vi.unstubAllEnvs();
});

async function tidings(words: readonly string[], input = '') {
  const said = { stdout: '', stderr: '' };
  const code = await run(words, {
    env: {},
    stop: new AbortController().signal,
    input: Readable.from([input]),
    print: (line) => {
      said.stdout += `${line}\n`;
    },
    complain: (text) => {
      said.stderr += `${text}\n`;
    },
  });
  return { code, ...said };
}
const carla = ['user', 'add', 'carla@acme.test', '--tenant', 'demo', '--role', 'client'];
const sent = (command: Parameters<typeof cognito.commandCalls>[0]) =>
  cognito.commandCalls(command).map(({ args: [{ input }] }) => input);
const who = { UserPoolId: 'eu-west-1_Ab12', Username: 'carla@acme.test' };

test('a user is made with tenant, clients and roles, who can sign in at once with the password that is printed', async () => {
  const { code, stdout, stderr } = await tidings([
    ...carla,
    '--role',
    'nurse',
    '--client',
    'acme,globex',
    '--client',
    'initech',
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { password, ...made } = JSON.parse(stdout);
  expect(made).toEqual({
    stack: 'Desk',
    email: 'carla@acme.test',
    userId: 'u-1',
    tenant: 'demo',
    roles: ['client', 'nurse'],
    clients: ['acme', 'globex', 'initech'],
  });
  expect(sent(AdminCreateUserCommand)).toEqual([
    {
      ...who,
      MessageAction: 'SUPPRESS',
      UserAttributes: [
        { Name: 'email', Value: 'carla@acme.test' },
        { Name: 'email_verified', Value: 'true' },
        { Name: 'custom:tenant', Value: 'demo' },
        { Name: 'custom:client_ids', Value: 'acme,globex,initech' },
      ],
    },
  ]);
  expect(sent(AdminAddUserToGroupCommand)).toEqual([
    { ...who, GroupName: 'client' },
    { ...who, GroupName: 'nurse' },
  ]);
  expect(sent(AdminSetUserPasswordCommand)).toEqual([{ ...who, Password: password, Permanent: true }]);
  // What the pool asks of one.
  expect(password).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[-_.!+=@]).{20}$/);
});

test('a password that is given is taken from standard input, and never printed', async () => {
  const words = [...carla, '--client', 'acme', '--password-stdin'];
  const { code, stdout, stderr } = await tidings(words, 'Tr0ub4dor&3 x\nmore\n');
  expect(code).toBe(0);
  expect(sent(AdminSetUserPasswordCommand)).toMatchObject([{ Password: 'Tr0ub4dor&3 x' }]);
  expect(stdout + stderr).not.toContain('Tr0ub4dor');
  expect(await tidings(words, '')).toMatchObject({ code: 2, stdout: '' });
});

/** 33 clients of 64 characters. */
const many = ['--client', Array.from({ length: 33 }, (_, at) => String(at).padStart(64, 'c')).join(',')];

const clients = (count: number) => Array.from({ length: count }, (_, at) => `c${at}`).join(',');

test('a user may have as many clients as the server takes, and no more', async () => {
  expect(maxClients).toBe(serverTakes);
  expect(await tidings([...carla, '--client', clients(maxClients)])).toMatchObject({ code: 0 });
});

test.each([
  [['user'], 'tidings user add EMAIL'],
  [['user', 'delete', 'x'], 'tidings user add EMAIL'],
  [['user', 'add'], 'EMAIL is missing'],
  [['user', 'add', 'carla'], '"carla" is no mail address'],
  [['user', 'add', 'c@acme.test', '--role', 'msp'], '--tenant is missing'],
  [['user', 'add', 'c@acme.test', '--tenant', 'demo'], '--role is missing'],
  [carla, '--client is missing'],
  [
    ['user', 'add', 'c@acme.test', '--tenant', 'demo', '--role', 'msp', '--client', 'a'],
    'only for the role client',
  ],
  [[...carla, '--client', 'a b'], '--client must be an id, not "a b"'],
  [[...carla, ...many], 'more than the 2048 characters'],
  [[...carla, '--client', clients(81)], 'may belong to 80 clients, not 81'],
])('%s is not understood, and nothing is asked of AWS', async (words, named) => {
  const { code, stdout, stderr } = await tidings(words);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(named);
  expect([...stacks.calls(), ...cognito.calls()]).toEqual([]);
});

test('a stack that takes the tokens of another issuer has no users', async () => {
  stackWith({ TableName: 't' });
  const { code, stderr } = await tidings([...carla, '--client', 'acme']);
  expect(code).toBe(1);
  expect(stderr).toContain('the stack Desk has no users of its own: its stage names an issuer under tokens');
});

test('a role that the app does not have is found before there is a user', async () => {
  const { code, stderr } = await tidings([...carla, '--client', 'acme', '--role', 'boss']);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'the stack has no role "boss": it has client, msp, nurse\n',
  });
  expect(sent(AdminCreateUserCommand)).toEqual([]);
});

test('who is a user already is left as it is', async () => {
  cognito.on(AdminCreateUserCommand).rejects(failure('UsernameExistsException'));
  const { code, stdout, stderr } = await tidings([...carla, '--client', 'acme']);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toBe('carla@acme.test is a user already: nothing was changed\n');
  expect(
    [AdminAddUserToGroupCommand, AdminSetUserPasswordCommand, AdminDeleteUserCommand].flatMap((one) =>
      sent(one),
    ),
  ).toEqual([]);
});

test.each([
  [AdminSetUserPasswordCommand, 'InvalidPasswordException', 'the pool does not take this password: said AWS'],
  [
    AdminAddUserToGroupCommand,
    'AccessDeniedException',
    'cannot finish the user carla@acme.test: the credentials lack a right',
  ],
] as const)(
  'who cannot be made whole is taken back, so that the same can be tried again',
  async (command, name, sentence) => {
    cognito.on(AdminDeleteUserCommand).resolves({});
    cognito.on(command as never).rejects(failure(name));
    const { code, stdout, stderr } = await tidings([...carla, '--client', 'acme']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(sent(AdminDeleteUserCommand)).toEqual([who]);
    cognito.on(AdminDeleteUserCommand).rejects(failure('InternalErrorException'));
    expect((await tidings([...carla, '--client', 'acme'])).stderr).toContain('is there half made: delete it');
  },
);
