import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { engineRoot } from '../../lib/functions/appCode.ts';
import { type BuiltConsole, builtConsole } from './builtConsole.ts';

/** Builds as the console's program does: a page that says what its source says. */
const program = `
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
const text = readFileSync('console/src/page.txt', 'utf8');
if (text === 'broken') { console.error('page.txt is broken'); process.exit(1); }
mkdirSync('console/dist/' + text + '/assets', { recursive: true });
writeFileSync('console/dist/' + text + '/index.html', '<p>' + text);
writeFileSync('console/dist/' + text + '/assets/' + text + '.js', text);
console.log(JSON.stringify({ folder: process.cwd() + '/console/dist/' + text, sources: ['console/src'] }));
`;

let root: string;
let lines: string[];
let built: BuiltConsole | undefined;
beforeEach(async () => {
  lines = [];
  // Where the translator of programs is found.
  const parent = join(engineRoot, 'node_modules/.cache');
  await mkdir(parent, { recursive: true });
  root = await mkdtemp(join(parent, 'tidings-console-'));
  await mkdir(join(root, 'console/src'), { recursive: true });
});
afterEach(async () => {
  await built?.close();
  await rm(root, { recursive: true, force: true });
});

const open = () => {
  built = builtConsole((text) => lines.push(text), root);
  return built;
};
async function write(text: string, atMs = Date.now()): Promise<void> {
  const file = join(root, 'console/src/page.txt');
  await writeFile(file, text);
  await utimes(file, new Date(atMs), new Date(atMs));
  await utimes(join(root, 'console/src'), new Date(atMs), new Date(atMs));
}
/** What is there once the build that is under way is over. */
async function afterBuild(console: BuiltConsole) {
  let found = await console.page();
  while (found.state === 'building') {
    await new Promise(setImmediate);
    found = await console.page();
  }
  return found;
}

describe('in the repository', () => {
  beforeEach(() => writeFile(join(root, 'console/build.ts'), program));

  test('it is built at the first request, once, and a line says so', async () => {
    await write('one');
    const console = open();
    expect(lines).toEqual([]);
    const first = await Promise.all([console.page(), console.page()]);
    expect(first).toEqual([{ state: 'building' }, { state: 'building' }]);
    expect(await afterBuild(console)).toEqual({ state: 'built', page: '<p>one' });
    expect(lines).toEqual(['The console is being built, once for these sources.', 'The console is built.']);
  });

  test('it is built again once a source is newer; who has the older page open still gets its files', async () => {
    await write('one', Date.now() - 60_000);
    const console = open();
    await afterBuild(console);
    expect(await console.page()).toMatchObject({ state: 'built' });
    await write('two');
    expect(await console.page()).toEqual({ state: 'building' });
    expect(await afterBuild(console)).toEqual({ state: 'built', page: '<p>two' });
    expect(String((await console.file('assets/one.js'))?.body)).toBe('one');
    expect(await console.file('assets/two.js')).toMatchObject({ type: 'text/javascript; charset=utf-8' });
  });

  test('a build that fails is told once with its words, and then tried again', async () => {
    await write('broken');
    const console = open();
    expect(await afterBuild(console)).toMatchObject({ state: 'failed', why: 'page.txt is broken\n' });
    expect(lines.at(-1)).toContain('page.txt is broken');
    await write('mended');
    expect(await afterBuild(console)).toEqual({ state: 'built', page: '<p>mended' });
  });

  test('a stack that stops ends the build that is under way, and says nothing of it', async () => {
    await write('one');
    const console = open();
    await console.page();
    await console.close();
    expect(lines).toHaveLength(1);
  });
});

test('what was published is served as it is, and nothing beside it', async () => {
  await mkdir(join(root, 'console/dist/assets'), { recursive: true });
  await writeFile(join(root, 'console/dist/index.html'), '<p>published');
  await writeFile(join(root, 'console/dist/assets/a.css'), 'a{}');
  await writeFile(join(root, 'console/secret.js'), 'no');
  const console = open();
  expect(await console.page()).toEqual({ state: 'built', page: '<p>published' });
  expect((await console.file('assets/a.css'))?.type).toBe('text/css; charset=utf-8');
  expect(await console.file('../secret.js')).toBeUndefined();
  expect(lines).toEqual([]);
});
