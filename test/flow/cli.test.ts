import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, inject, test } from 'vitest';
import { bundledPrograms } from '../support/bundledProgram.ts';
import { newTenant, type Person } from '../support/flow.ts';

const { httpUrl, wsUrl, issuer } = inject('localStack');
const root = fileURLToPath(new URL('../..', import.meta.url));
const staff: Person = { user: 'sam', roles: ['msp'] };

const program = bundledPrograms({ tidings: 'packages/cli/src/tidings.ts' });

const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});

function start(words: readonly string[], env: Record<string, string>, file = program('tidings')) {
  const line = [file, ...words];
  const child = spawn(process.execPath, line, {
    cwd: root,
    env: { ...process.env, TIDINGS_URL: httpUrl, TIDINGS_WS: wsUrl, ...env },
  });
  running.add(child);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => {
    output.stdout += text;
  });
  child.stderr.on('data', (text) => {
    output.stderr += text;
  });
  const ended = once(child, 'close').then(([code]) => {
    running.delete(child);
    return { code: code as number, ...output };
  });
  return { child, ended };
}

const tidings = (words: readonly string[], token: string) => start(words, { TIDINGS_TOKEN: token }).ended;

/** Lines of standard output, each as it comes. @throws what the command complained of, where it has ended instead */
function lines(child: ChildProcess): () => Promise<Record<string, unknown>> {
  if (!child.stdout) throw new Error('the command has no output');
  let complaint = '';
  child.stderr?.on('data', (text) => {
    complaint += text;
  });
  const reader = createInterface(child.stdout)[Symbol.asyncIterator]();
  return async () => {
    const { done, value } = await reader.next();
    if (done) throw new Error(`the command has ended: ${complaint}`);
    return JSON.parse(value);
  };
}

test('send names the action that was meant, as the server knows them', async () => {
  const token = await newTenant().token(staff);
  // As it is called by its name: the other tests leave the way there out.
  const env = { TIDINGS_TOKEN: token };
  const command = start(['send', 'interaction.recrod'], env, 'packages/cli/bin/tidings.mjs');
  const { code, stdout, stderr } = await command.ended;
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('did you mean interaction.record?');
});

test('E12: send runs any action and prints the frame that answers it', async () => {
  const tenant = newTenant();
  const carla = await tenant.clientUser('carla', 'acme');
  const payload = JSON.stringify({ clientId: 'acme', kind: 'login' });
  const words = ['send', 'interaction.record', '--payload', payload, '--ref', 'r1'];
  const token = await tenant.token(staff);
  const sent = await tidings(words, token);
  expect(sent).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(sent.stdout)).toMatchObject({ type: 'ack', ref: 'r1', payload: { total: 1 } });
  expect((await carla.type('interaction')).payload.total).toBe(1);
  const again = await tidings(words, token);
  expect(JSON.parse(again.stdout)).toMatchObject({ payload: { total: 1, dup: true } });
});

test('send names a topic', async () => {
  const tenant = newTenant();
  const ann = await tenant.staff('ann');
  await ann.ask('subscribe', { topic: 'room:lobby' });
  const words = ['send', 'room.send', '--topic', 'room:lobby', '--payload', '{"body":"hi"}'];
  expect((await tidings(words, await tenant.token(staff))).code).toBe(0);
  expect((await ann.type('room.message')).payload.body).toBe('hi');
});

test('what the server refuses is told on standard error, with exit code 1', async () => {
  const tenant = newTenant();
  const token = await tenant.token({ user: 'carla', roles: ['client'], clients: ['acme'] });
  const words = ['send', 'engagement.update', '--payload', '{"clientId":"acme","score":1}'];
  const refused = await tidings(words, token);
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toMatch(/^forbidden: .*msp/);
  const invalid = await tidings(['send', 'interaction.record', '--payload', '{"clientId":"acme"}'], token);
  expect(invalid).toMatchObject({ code: 1, stdout: '' });
  expect(invalid.stderr).toMatch(/^validation_failed: payload\.kind/);
});

test('a command line that is not understood has exit code 2, and nothing is sent', async () => {
  const { code, stdout, stderr } = await tidings(['send', '--payload', '{}'], 'token');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('ACTION is missing');
});

test('E12: notify sends a notification from a terminal', async () => {
  const tenant = newTenant();
  const carla = await tenant.clientUser('carla', 'acme');
  const words = [
    'notify',
    'carla',
    '--kind',
    'invoice',
    '--title',
    'Ready',
    '--body',
    'See',
    '--data',
    '{"n":1}',
  ];
  const sent = await tidings(words, await tenant.token(staff));
  expect(sent).toMatchObject({ code: 0, stderr: '' });
  const { payload } = await carla.type('notification');
  expect(payload).toMatchObject({ kind: 'invoice', title: 'Ready', body: 'See', data: { n: 1 }, unread: 1 });
  expect(JSON.parse(sent.stdout)).toMatchObject({ type: 'ack', payload: { id: payload.id } });
});

test('stats counts, for somebody whom the local issuer vouches for', async () => {
  const tenant = newTenant();
  await tenant.staff('ann');
  const words = ['stats', '--user', 'sam', '--tenant', tenant.name, '--role', 'msp', '--issuer', issuer];
  const counted = await start(words, {}).ended;
  expect(counted).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(counted.stdout)).toMatchObject({ payload: { connections: 1, users: 1 } });
});

test('E11, E12: contract prints the server’s contract, as JSON and as YAML', async () => {
  const [json, yaml] = await Promise.all([
    tidings(['contract'], ''),
    tidings(['contract', '--format', 'yaml'], ''),
  ]);
  expect(JSON.parse(json.stdout)).toEqual(await (await fetch(`${httpUrl}/asyncapi.json`)).json());
  expect(yaml).toMatchObject({ code: 0, stderr: '' });
  expect(yaml.stdout).toMatch(/^asyncapi: "3\.0\.0"\n/);
});

test('tail prints what comes, and after a lost connection also what came meanwhile', async () => {
  const tenant = newTenant();
  const ann = await tenant.staff('ann');
  const record = (kind: string) => ann.ask('interaction.record', { payload: { clientId: 'acme', kind } });
  await using network = await relay(new URL(wsUrl));
  const { child, ended } = start(['tail', 'client:acme', '--ws', network.url], {
    TIDINGS_TOKEN: await tenant.token(staff),
  });
  const line = lines(child);
  expect(await line()).toMatchObject({ type: 'subscribed', payload: { seq: 0, recovered: false } });
  await record('one');
  expect(await line()).toMatchObject({ type: 'interaction', seq: 1, payload: { kind: 'one' } });
  network.cut();
  await record('two');
  await record('three');
  network.mend();
  expect(await line()).toMatchObject({ seq: 2, payload: { kind: 'two' } });
  expect(await line()).toMatchObject({ seq: 3, payload: { kind: 'three' } });
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ code: 0, stderr: '' });
});

test('tail ends with 1 where the topic or the caller is refused', async () => {
  const tenant = newTenant();
  const token = await tenant.token({ user: 'carla', roles: ['client'], clients: ['acme'] });
  const forbidden = await tidings(['tail', 'msp'], token);
  expect(forbidden).toMatchObject({ code: 1, stdout: '' });
  expect(forbidden.stderr).toMatch(/^forbidden: /);
  const expired = await tenant.token({ ...staff, expiresIn: '-10m' });
  const unknown = await tidings(['tail', 'msp'], expired);
  expect(unknown).toMatchObject({ code: 1, stdout: '' });
  expect(unknown.stderr).toContain('401');
  expect(forbidden.stderr + unknown.stderr).not.toMatch(/eyJ/);
});

test('tail ends with 1 when the server says not to come back', async () => {
  const tenant = newTenant();
  const { child, ended } = start(['tail', 'msp'], { TIDINGS_TOKEN: await tenant.token(staff) });
  expect(await lines(child)()).toMatchObject({ type: 'subscribed' });
  const admin: Person = { user: 'root', roles: ['admin'] };
  await tenant.http(admin, 'POST', '/actions/user.revoke', { payload: { userId: staff.user } });
  const { code, stderr } = await ended;
  expect(code).toBe(1);
  expect(stderr).toContain('revoked');
});

test('tail begins where it is told to', async () => {
  const tenant = newTenant();
  const ann = await tenant.staff('ann');
  const { payload } = await ann.ask('alert.raise', {
    payload: { to: { msp: true }, severity: 'info', title: 'one' },
  });
  await ann.ask('alert.raise', { payload: { to: { msp: true }, severity: 'info', title: 'two' } });
  const words = ['tail', 'msp', '--since', `${payload.epoch}:${payload.seq}`];
  const { child } = start(words, { TIDINGS_TOKEN: await tenant.token(staff) });
  expect(await lines(child)()).toMatchObject({ type: 'alert', seq: 2, payload: { title: 'two' } });
});

/** A network between a command and the socket: while it is cut, nothing goes through and nobody gets in. */
async function relay(to: URL) {
  const ends = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    if (isCut) return near.destroy();
    const far = connect(Number(to.port), to.hostname);
    for (const end of [near, far]) {
      ends.add(end);
      end.on('error', () => {});
      end.on('close', () => ends.delete(end));
    }
    near.pipe(far).pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const cut = () => {
    isCut = true;
    for (const end of ends) end.destroy();
  };
  return {
    url: `ws://127.0.0.1:${port}${to.pathname}`,
    cut,
    mend: () => {
      isCut = false;
    },
    async [Symbol.asyncDispose]() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
