import { beforeEach, expect, test } from 'vitest';
import type { CheckResult } from '../../packages/cli/src/doctor/check.ts';
import { run } from '../../packages/cli/src/run.ts';
import { ownStack } from '../support/ownStack.ts';

const { stack, tenant } = ownStack();
beforeEach(() => stack().faults.clear({}));

async function doctor(words: readonly string[] = [], env: Record<string, string> = {}) {
  const output = { stdout: '', stderr: '' };
  const { httpUrl, wsUrl } = stack();
  const code = await run(['doctor', ...words], {
    env: { TIDINGS_URL: httpUrl, TIDINGS_WS: wsUrl, ...env },
    stop: new AbortController().signal,
    print: (line) => {
      output.stdout += `${line}\n`;
    },
    complain: (text) => {
      output.stderr += `${text}\n`;
    },
  });
  return { code, ...output };
}

/** The results by the names of the checks. */
async function results(words: readonly string[] = [], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await doctor(['--json', ...words], env);
  const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: CheckResult[] };
  const states = Object.fromEntries(checks.map(({ name, state }) => [name, state]));
  return { code, ok, stderr, states, of: (name: string) => checks.find((check) => check.name === name) };
}

const all = [
  'HTTP API',
  'sign in',
  'connect',
  'ping',
  'clocks',
  'versions',
  'subscribe',
  'publish',
  'HTTP action',
  'event bus',
  'queue',
];

test('a stack that works passes every check, a line each with its time', async () => {
  const { code, stdout, stderr } = await doctor();
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
  const [where, ...lines] = stdout.trim().split('\n');
  expect(where).toContain(stack().wsUrl);
  expect(lines.map((line) => /^ok +(.+?) +\d+ ms {2}\S/.exec(line)?.[1])).toEqual([...all, undefined]);
  expect(stdout).toContain('20 of 20 connections');
  expect(lines.at(-1)).toBe('11 ok');
  expect(stdout).not.toMatch(/eyJ/);
  await expect.poll(async () => (await stack().state()).openSockets).toBe(0);
});

test('posts that do not arrive are found, and what builds on them is not tried', async () => {
  stack().faults.inject({ op: 'post', outcome: 'drop' });
  const { code, ok, stderr, states, of } = await results(['--wait', '5']);
  expect({ code, ok }).toEqual({ code: 1, ok: false });
  expect(states).toEqual({
    ...Object.fromEntries(all.slice(0, 7).map((name) => [name, 'ok'])),
    publish: 'failed',
    'HTTP action': 'not tried',
    'event bus': 'not tried',
    queue: 'not tried',
  });
  expect(of('publish')).toMatchObject({
    says: 'the event did not come within 5 s',
    todo: expect.stringContaining('execute-api:ManageConnections'),
  });
  expect(of('queue')?.says).toBe('it needs: publish');
  expect(stderr.trim()).toBe('7 ok, 1 failed, 3 not tried');
});

test('a token that the stage does not take is found at the handshake, and its text is not shown', async () => {
  const [head = '', claims = ''] = (await tenant().token({ user: 'ann', roles: ['msp'] })).split('.');
  const forged = `${head}.${claims}.${'x'.repeat(86)}`;
  const { code, stdout } = await doctor([], { TIDINGS_TOKEN: forged });
  expect(code).toBe(1);
  expect(stdout).toMatch(/^failed +connect .*401\n +→ .*identity\.md/m);
  expect(stdout).toMatch(/^not tried +publish /m);
  expect(stdout).not.toContain(claims);
});

test('a token of somebody is used, with as many connections as one user may have', async () => {
  const token = await tenant().token({ user: 'carla', roles: ['client'], clients: ['acme'] });
  const { code, of } = await results([], { TIDINGS_TOKEN: token });
  expect(code).toBe(0);
  expect(of('queue')?.says).toMatch(/^10 of 10 connections .*: a user may have no more/);
});

test('a queue that hands over nothing is found by who waits for it', async () => {
  // What is published comes without it, and is long there.
  stack().faults.inject({ op: 'deliver', outcome: 'error' });
  const { states, of } = await results(['--wait', '5']);
  expect(states).toMatchObject({ publish: 'ok', 'event bus': 'ok', queue: 'failed' });
  expect(of('queue')).toMatchObject({
    says: expect.stringMatching(/^0 of 20 /),
    todo: expect.stringContaining('Deliver'),
  });
});

test('an action of the app’s own is published with, where it is named', async () => {
  const payload = JSON.stringify({ to: { tenant: true }, severity: 'info', title: 'A check' });
  const words = ['--publish', 'alert.raise', '--topic', 'tenant', '--payload', payload];
  const { code, of } = await results(words);
  expect(code).toBe(0);
  expect(of('subscribe')?.says).toBe('two connections follow tenant');
  expect(of('event bus')?.says).toContain('alert.raise');
});

test('a clock that was moved is found', async () => {
  await stack().clock.advance(3_600_000);
  const { states, of } = await results();
  expect(states).toMatchObject({ clocks: 'failed', connect: 'ok', publish: 'ok' });
  expect(of('clocks')).toMatchObject({
    says: expect.stringMatching(/^the server’s is 3[56]\d{5} ms ahead$/),
    todo: expect.stringContaining('time was moved'),
  });
});
