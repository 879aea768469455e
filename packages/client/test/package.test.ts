import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildPackage, entries } from '../scripts/buildPackage.ts';
import * as features from '../src/features/index.ts';
import * as main from '../src/index.ts';
import * as react from '../src/react/index.ts';
import * as reactQuery from '../src/reactQuery/index.ts';
import * as tabs from '../src/tabs/index.ts';
import * as testing from '../testing/index.ts';
import { recipes } from './recipes.ts';

const sources = [main, features, react, reactQuery, tabs, testing];
const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));
let app: string;
let built: string;

/** An app that has installed the package, React and nothing of ours. */
beforeAll(async () => {
  app = await mkdtemp(join(tmpdir(), 'tidings-client-'));
  built = join(app, 'node_modules/@tidings/client');
  await mkdir(join(app, 'node_modules/@types'), { recursive: true });
  await mkdir(join(app, 'node_modules/@tanstack'), { recursive: true });
  for (const name of ['react', '@types/react', '@types/node', '@types/ws', 'csstype', 'ws', 'undici-types']) {
    await symlink(join(modules, name), join(app, 'node_modules', name));
  }
  for (const name of ['@tanstack/react-query', '@tanstack/query-core']) {
    await symlink(join(modules, name), join(app, 'node_modules', name));
  }
  await buildPackage(built);
});
afterAll(() => rm(app, { recursive: true, force: true }));

/** A compiler takes seconds, and several times that on a busy machine. */
const entryPoints = Object.keys(entries).map((path) => `@tidings/client${path.slice(1)}`);

/** What the compiler has to say about modules of the app. */
async function compile(
  files: Readonly<Record<string, string>>,
  ...given: readonly string[]
): Promise<string> {
  await writeFile(join(app, 'package.json'), '{ "type": "module" }');
  for (const [name, source] of Object.entries(files)) await writeFile(join(app, name), source);
  const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2023', '--ignoreConfig'];
  const more = [
    '--exactOptionalPropertyTypes',
    '--allowImportingTsExtensions',
    '--preserveSymlinks',
    ...['--types', 'node'],
  ];
  try {
    execFileSync(join(modules, '.bin/tsc'), [...Object.keys(files), ...options, ...more, ...given], {
      cwd: app,
      encoding: 'utf8',
    });
    return '';
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

test('the package is as npm and bundlers want it', async () => {
  const { messages, pkg } = await publint({ pkgDir: built, level: 'suggestion', strict: true, pack: false });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

test('every entry point can be imported in Node, and exports what the sources export', async () => {
  const script = `
    const found = {};
    for (const path of ${JSON.stringify(entryPoints)}) found[path] = Object.keys(await import(path));
    console.log(JSON.stringify(found));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: app,
    encoding: 'utf8',
  });
  const names = (module: object) => new Set(Object.keys(module));
  const found = Object.values(JSON.parse(output) as Record<string, string[]>);
  expect(found.map((one) => new Set(one))).toEqual(sources.map(names));
});

test('its documents refer to nothing that is not in the package', async () => {
  const sockets: string[] = [];
  for (const file of ['README.md', 'RECIPES.md', 'API.md']) {
    const text = await readFile(join(built, file), 'utf8');
    sockets.push(...[...text.matchAll(/\]\((?!https:|#)([^)#]+)/g)].map(([, to = '']) => to));
  }
  expect(sockets.length).toBeGreaterThan(1);
  for (const to of sockets) expect(to.startsWith('..'), to).toBe(false);
  for (const to of sockets) await expect(readFile(join(built, to), 'utf8'), to).resolves.not.toBe('');
});

test('it needs no other package, and shares one client between its entry points', async () => {
  const manifest = JSON.parse(await readFile(join(built, 'package.json'), 'utf8'));
  expect(manifest.dependencies).toBeUndefined();
  const files = (await readdir(built, { recursive: true })).filter((file) => file.endsWith('.js'));
  expect(files.length).toBeGreaterThan(5);
  for (const file of files) {
    expect(await readFile(join(built, file), 'utf8'), file).not.toMatch(/zod|@tidings\/protocol/);
  }
});

test('its types are those of the sources, with nothing of ours installed', async () => {
  const imports = entryPoints.map((path, at) => `import * as entry${at} from '${path}';`).join('\n');
  const source = new URL('../src/features/tidingsContract.ts', import.meta.url).pathname;
  const strict = `${imports}
    import type { TidingsContract as Built } from '@tidings/client';
    import type { TidingsContract as Ours } from '${source}';
    export const both = [${entryPoints.map((_, at) => `entry${at}`).join()}];
    type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
    export const actions: Same<Built['actions'], Ours['actions']> = true;
    export const events: Same<Built['events'], Ours['events']> = true;
    export const topics: Same<Built['topics'], Ours['topics']> = true;
    export const isAny: 0 extends 1 & Built['actions']['stats']['answer'] ? true : false = false;`;
  const wrong = `
    import { createClient } from '@tidings/client';
    const client = createClient({ url: '', getToken: () => '' });
    client.request('interaction.record', { clientId: 1, kind: 'login' });`;
  // One run of the compiler for both: all that it says is about the second.
  const said = (await compile({ 'consumer.ts': strict, 'wrong.ts': wrong })).trimEnd();
  expect(said).toMatch(/^wrong\.ts\(4,.*number.*string/);
  expect(said.split('\n').filter((line) => /^\S+\(\d/.test(line))).toHaveLength(1);
});

test('the recipes are right, each as a module of an app that has installed the package', async () => {
  expect(recipes.length).toBeGreaterThan(5);
  const browser = ['--jsx', 'react-jsx', '--lib', 'es2023,dom,dom.iterable', '--skipLibCheck'];
  // A module that says what the hooks know says so to all that are compiled with it.
  const isHeardByOthers = ({ code }: (typeof recipes)[number]) => /^declare module/m.test(code);
  const programs = [
    recipes.filter((recipe) => !isHeardByOthers(recipe)),
    ...recipes.filter(isHeardByOthers).map((recipe) => [recipe]),
  ];
  for (const program of programs) {
    const files = Object.fromEntries(program.map(({ name, code }) => [name, code]));
    expect(Object.keys(files)).toHaveLength(program.length);
    expect.soft(await compile(files, ...browser)).toBe('');
  }
});
