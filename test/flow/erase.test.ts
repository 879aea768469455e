import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startTestStack } from '../support/localStack.ts';
import { ownStack } from '../support/ownStack.ts';

const { stack, tenant } = ownStack(() => ({ memory: false }));
const root = fileURLToPath(new URL('../..', import.meta.url));

/** The command, as it is called by its name in the folder of the app. */
async function erase(url: string, ...words: string[]) {
  const line = ['packages/cli/bin/tidings.mjs', 'erase', '--url', url, ...words];
  // As a terminal has it: the tests' own environment silences the SDK.
  const { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: _silenced, ...env } = process.env;
  const child = spawn(process.execPath, line, { cwd: root, env });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code: code as number, stdout, stderr, said: stdout ? JSON.parse(stdout) : undefined };
}

test('a user is erased from the local stack once it is revoked, and others keep what they have', async () => {
  const [own, apart] = [tenant(), tenant()];
  for (const each of [own, apart]) {
    const carla = await each.clientUser('carla', 'acme');
    const sam = await each.staff('sam');
    const notify = { userId: 'carla', kind: 'invoice', title: 'secret' };
    await sam.ask('notification.send', { payload: notify });
    await sam.ask('notification.send', { payload: { ...notify, userId: 'sam' } });
    await carla.ask('message.send', { payload: { userId: 'sam', body: 'secret' } });
  }
  const whom = ['--tenant', own.name, '--user', 'carla'];
  const plan = await erase(stack().httpUrl, ...whom);
  expect(plan).toMatchObject({
    code: 0,
    said: { tenant: own.name, user: 'carla', wouldErase: { NOTE: 1, CONN: 1, EXPIRY: 1 }, unknown: {} },
  });
  expect(plan.stderr).not.toMatch(/warning/i);
  const refused = await erase(stack().httpUrl, ...whom, '--yes');
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toContain('carla has 1 open connection: end them first');
  expect((await erase(stack().httpUrl, ...whom)).said).toEqual(plan.said);

  const admin = { user: 'root', roles: ['admin'] } as const;
  await own.http(admin, 'POST', '/actions/user.revoke', { ref: 'r', payload: { userId: 'carla' } });
  const { code, said, stdout, stderr } = await erase(stack().httpUrl, ...whom, '--yes', '--rate', '10000');
  expect({ code, said }).toMatchObject({
    code: 0,
    said: { erased: { NOTE: 1, HEAD: 1 }, kept: { USER: 1 }, unknown: {} },
  });
  expect(stdout + stderr).not.toContain('secret');
  expect((await erase(stack().httpUrl, ...whom)).said.wouldErase).toEqual({});

  const list = async (of: typeof own, user: string, roles: readonly ['msp'] | readonly ['client']) => {
    const clients = roles[0] === 'client' ? ['acme'] : [];
    const person = { user, roles, clients };
    const { body } = await of.http(person, 'POST', '/actions/notification.list', { payload: {} });
    return body;
  };
  expect(await list(own, 'sam', ['msp'])).toMatchObject({
    payload: { items: [{ title: 'secret' }] },
  });
  expect(await list(apart, 'carla', ['client'])).toMatchObject({
    payload: { items: [{ title: 'secret' }] },
  });
});

test('a local stack that keeps its rows in memory says so, and nobody else is asked', async () => {
  const inMemory = await startTestStack({ memory: true });
  try {
    const { code, stderr } = await erase(inMemory.httpUrl, '--tenant', 't', '--yes');
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('in memory') });
  } finally {
    await inMemory.stop();
  }
});
