import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { install, listen, outside, packedFolder, printedBy, run } from './commands.ts';
import { noteFiles, twoClients } from './noteFeature.ts';

let folder: string;
let app: string;
const started: ChildProcess[] = [];

/** An app in an empty folder, made of the packed files alone. */
beforeAll(async () => {
  const made = await packedFolder();
  ({ folder } = made);
  const create = made.files.find((file) => file.includes('create-tidings')) ?? '';
  await run(folder, 'tar', 'xzf', create);
  await run(folder, process.execPath, 'package/bin/createTidings.mjs', 'desk', '--packages', made.packed);
  app = join(folder, 'desk');
  await install(app);
}, 600_000);
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

const edit = async (file: string, change: (text: string) => string) => {
  const path = join(app, file);
  const before = await readFile(path, 'utf8');
  const after = change(before);
  expect(after, file).not.toBe(before);
  await writeFile(path, after);
};

test('the new app passes its own tests and types, in memory and over a real socket', async () => {
  expect(await run(app, 'npm', 'test')).toMatch(/Tests .*2 passed/);
  await run(app, 'npm', 'run', 'types');
});

test('what its README points to is installed with it', async () => {
  const readme = await readFile(join(app, 'README.md'), 'utf8');
  const paths = [...readme.matchAll(/\]\((node_modules\/[^)#]+)/g)].map(([, path = '']) => path);
  expect(paths).toHaveLength(9);
  for (const path of paths) expect(await readFile(join(app, path), 'utf8'), path).toMatch(/^# /);
  const tidings = join(app, 'node_modules/tidings');
  const own = await readFile(join(tidings, 'README.md'), 'utf8');
  const links = [...own.matchAll(/\]\(([^)#]+)/g)].map(([, path = '']) => path);
  expect(links.length).toBeGreaterThan(5);
  for (const path of links) expect(await readFile(join(tidings, path), 'utf8'), path).toMatch(/^# /);
});

test('its feature with its test is a folder of less than 120 lines, and the app has no code of a function', async () => {
  const files = await readdir(join(app, 'features/tickets'));
  const texts = await Promise.all(files.map((file) => readFile(join(app, 'features/tickets', file), 'utf8')));
  expect(files).toHaveLength(4);
  expect(texts.join('').split('\n').length - 1).toBeLessThan(120);
  expect(await readdir(app)).not.toContain('lambdas');
});

test('its page is built, and so is its template, with a route of each action', async () => {
  expect(await run(app, 'npm', 'run', 'build')).not.toMatch(/warn/i);
  expect(await readdir(join(app, 'dist'))).toContain('index.html');
  await run(app, 'npm', 'run', 'synth');
  const template = await readFile(join(app, 'cdk.out/desk-dev.template.json'), 'utf8');
  for (const action of ['ticket.create', 'notification.list', 'subscribe'])
    expect(template).toContain(`"RouteKey": "${action}"`);
  expect(template).not.toContain('assistant.ask');
  expect(await sizeAtStart('message')).toBeLessThan(270_000);
});

/** The bytes that a start of one of the engine's functions loads, of what synth wrote. */
async function sizeAtStart(name: string): Promise<number> {
  const read = async (file: string) => readFile(join(app, 'cdk.out', file), 'utf8');
  const { Resources } = JSON.parse(await read('desk-dev.template.json')) as {
    Resources: Record<string, { Metadata?: Record<string, string> }>;
  };
  const isAsked = (metadata: Record<string, string> = {}) =>
    metadata['tidings:entry']?.endsWith(`/lambdas/${name}.js`);
  const { Metadata: { 'aws:asset:path': asset = '' } = {} } =
    Object.values(Resources).find(({ Metadata }) => isAsked(Metadata)) ?? {};
  const files = new Set(['index.mjs']);
  let size = 0;
  for (const file of files) {
    const text = await read(join(asset, file));
    size += Buffer.byteLength(text);
    for (const [, imported = ''] of text.matchAll(/\b(?:from|import)"\.\/([\w-]+\.mjs)"/g))
      files.add(imported);
  }
  expect(files.size).toBeGreaterThan(1);
  return size;
}

test.each(['preflight', 'deploy', 'erase'])(
  'its npm run %s is there, and tells its options',
  async (command) => {
    const said = await run(app, 'npm', 'run', '--silent', command, '--', '--help');
    expect(said).toContain(`npm run ${command} -- [--stage S]`);
  },
);

test('a feature with a topic kind of its own is a folder and a line of the list, and runs', async () => {
  expect(Object.keys(noteFiles)).toHaveLength(3);
  for (const [file, text] of Object.entries(noteFiles)) {
    await mkdir(join(app, file, '..'), { recursive: true });
    await writeFile(join(app, file), text);
  }
  await edit('features/index.ts', (text) =>
    text
      .replace('[notifications, tickets, adminConsole]', '[notifications, tickets, adminConsole, notes]')
      .replace(/^import { tickets }/m, "import { notes } from './notes/index.ts';\nimport { tickets }"),
  );
  expect(await run(app, 'npm', 'test')).toMatch(/Tests .*3 passed/);
  await run(app, 'npm', 'run', 'types');
  await run(app, 'npm', 'run', 'synth');
});

test('npm run dev prints the ready line; two clients connect; what is changed is live without a restart, and can be erased', async () => {
  const dev = spawn('npm', ['run', '--silent', 'dev', '--', '--port', '0'], {
    cwd: app,
    env: outside(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(dev);
  const printed = listen(dev);
  const [line] = await printedBy(dev, printed, /^\{"ready":true.*\}$/m);
  const { wsUrl, httpUrl, issuer } = JSON.parse(line) as Record<'wsUrl' | 'httpUrl' | 'issuer', string>;
  const console = await (await fetch(httpUrl, { headers: { accept: 'text/html' } })).text();
  const [, program = ''] = /<script [^>]*src="(\/console\/[^"]+\.js)"/.exec(console) ?? [];
  expect((await fetch(`${httpUrl}${program}`)).headers.get('content-type')).toContain('javascript');
  await writeFile(join(app, 'twoClients.mjs'), twoClients);
  const meet = () => run(app, process.execPath, 'twoClients.mjs', wsUrl, issuer);
  expect(await meet()).toContain('ria read: likes tea');
  await edit('features/notes/index.ts', (text) =>
    text.replace('payload: { note }', 'payload: { note: note.toUpperCase() }'),
  );
  await printedBy(dev, printed, /features\/notes\/index\.ts: live after/);
  expect(await meet()).toContain('ria read: LIKES TEA');
  const sam = ['--user', 'sam', '--tenant', 'acme-msp', '--role', 'msp', '--issuer', issuer];
  const about = ['--kind', 'invoice', '--title', 'ready'];
  await run(app, 'npx', 'tidings', 'notify', 'ria', ...about, '--url', httpUrl, ...sam);
  const ria = ['--tenant', 'acme-msp', '--user', 'ria'];
  const said = await run(app, 'npm', 'run', '--silent', 'erase', '--', '--url', httpUrl, ...ria);
  // Its features have said whose their rows are.
  expect(JSON.parse(said.split('\n')[0] ?? '')).toMatchObject({
    wouldErase: { HEAD: 1, NOTE: 1 },
    unknown: {},
  });
  dev.kill('SIGTERM');
  await once(dev, 'close');
});
