import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { install, packedFolder, run } from './commands.ts';

let folder: string;
let files: string[];
const packedFile = (name: string) => files.find((file) => new RegExp(`/${name}-\\d[^/]*$`).test(file)) ?? '';
const write = (file: string, text: string) => writeFile(join(folder, file), text);
const bin = (name: string, ...words: readonly string[]) => run(folder, `node_modules/.bin/${name}`, ...words);

const tools = {
  '@arethetypeswrong/cli': '0.18.5',
  '@tanstack/react-query': '5.108.0',
  '@types/node': '20.19.43',
  '@types/react': '19.3.0',
  esbuild: '0.28.2',
  jest: '29.7.0',
  publint: '0.3.25',
  react: '19.3.1',
  'react-dom': '19.3.1',
  typescript: '5.9.3',
  vite: '8.3.8',
  webpack: '5.113.0',
};

/** An app that has the tools of most, and of ours the client alone. */
beforeAll(async () => {
  ({ folder, files } = await packedFolder());
  await write('package.json', JSON.stringify({ private: true, dependencies: tools }));
  await install(folder, packedFile('tidings-client'));
  await write('page.ts', page);
}, 600_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const page = `
import { createClient } from '@tidings/client';
import { submitJob } from '@tidings/client/features';
import { useTopic } from '@tidings/client/react';
import { topicQuery } from '@tidings/client/react-query';
import { sharedWebSocket } from '@tidings/client/tabs';
import { createTestServer } from '@tidings/client/testing';

const client = createClient({ url: 'wss://a.example/dev', getToken: () => 'a.b.c' });
client.topic('client', 'acme').on('interaction', ({ payload }) => console.log(payload.total.toFixed()));
console.log(client.status.getSnapshot().state, useTopic, submitJob, topicQuery, sharedWebSocket, createTestServer);
`;
const entries = ['', '/features', '/react', '/react-query', '/tabs', '/testing'].map(
  (path) => `@tidings/client${path}`,
);

test('a package holds JavaScript with declarations and source maps, and neither a test nor a source', async () => {
  for (const file of files.filter((one) => !one.includes('create-tidings'))) {
    const names = (await run(folder, 'tar', 'tzf', file)).trim().split('\n');
    // Those that hold nothing but names of other files, or nothing at all, have no code to map.
    const bare = /\/(protocol|src\/features\/index)\.js$/;
    // Nobody imports the parts of the console's page: a browser loads them, and has no use for their types.
    const isPage = (name: string) => name.startsWith('package/console/dist/');
    const built = names.filter((name) => name.endsWith('.js') && !bare.test(name) && !isPage(name));
    expect(built.length, file).toBeGreaterThan(5);
    for (const name of built) expect(names, file).toContain(`${name}.map`);
    expect(names.filter((name) => name.endsWith('.d.ts')).length, file).toBeGreaterThan(5);
    const others = /\.test\.|\.contract\.js|conformance|\/test\/|(?<!\.d)\.ts$/;
    expect(
      names.filter((name) => others.test(name)),
      file,
    ).toEqual([]);
  }
});

test('source maps name sources by their paths in the repository, and nothing of the machine', async () => {
  for (const file of files.filter((one) => !one.includes('create-tidings'))) {
    const maps = await run(folder, 'tar', 'xzOf', file, '--wildcards', '*.js.map');
    const sources = [...maps.matchAll(/"sources":(\[[^\]]*\])/g)].flatMap(([, list = '']) =>
      JSON.parse(list),
    );
    expect(sources.length, file).toBeGreaterThan(5);
    const known = /^tidings:\/\/\/(?:[\w-]+\/)+[\w-]+\.tsx?$/;
    expect(
      sources.filter((source) => !known.test(source)),
      file,
    ).toEqual([]);
  }
});

test('an editor shows what the contract says of a field', async () => {
  await write(
    'edited.ts',
    `import { createClient } from '@tidings/client';
createClient({ url: '', getToken: () => '' }).request('message.send', { userId: 'ada', body: 'Hello' });
`,
  );
  await write('editor.cjs', editor);
  expect(await run(folder, process.execPath, 'editor.cjs', 'edited.ts', "body: 'Hello'")).toBe(
    'What it says.\n',
  );
});

/** What a language service says when one points at a word of a file. */
const editor = `
const ts = require('typescript');
const [file, word] = process.argv.slice(2);
const { fileExists, readFile, directoryExists, realpath } = ts.sys;
const service = ts.createLanguageService({
  fileExists,
  readFile,
  directoryExists,
  realpath,
  getScriptFileNames: () => [file],
  getScriptVersion: () => '1',
  getScriptSnapshot: (name) => ts.sys.fileExists(name) ? ts.ScriptSnapshot.fromString(ts.sys.readFile(name)) : undefined,
  getCompilationSettings: () => ({ strict: true, module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022 }),
  getCurrentDirectory: ts.sys.getCurrentDirectory,
  getDefaultLibFileName: ts.getDefaultLibFilePath,
});
const { documentation } = service.getQuickInfoAtPosition(file, ts.sys.readFile(file).indexOf(word));
console.log(ts.displayPartsToString(documentation));
`;

test('publint finds nothing, in any package', async () => {
  expect(files).toHaveLength(5);
  for (const file of files) expect(await bin('publint', file, '--strict'), file).toContain('All good!');
});

test('are the types wrong? No: the client from everywhere, the others as the ES modules that they are', async () => {
  const asked = [
    ['tidings-client', 'node16'],
    ['tidings-protocol', 'esm-only'],
    ['tidings-gateway', 'esm-only'],
    ['tidings', 'esm-only'],
  ] as const;
  const judge = (name: string, profile: string) => bin('attw', packedFile(name), '--profile', profile);
  for (const [name, profile] of asked) await judge(name, profile);
  // It fails where it finds something: a resolution that knows no exports.
  await expect(judge('tidings-client', 'strict')).rejects.toThrow('node10');
});

test('CommonJS can require each entry point of the client', async () => {
  await write(
    'all.cjs',
    `for (const name of ${JSON.stringify(entries)}) console.log(Object.keys(require(name)).length);`,
  );
  const counts = (await run(folder, process.execPath, 'all.cjs')).trim().split('\n').map(Number);
  expect(counts).toHaveLength(entries.length);
  expect(Math.min(...counts)).toBeGreaterThan(0);
});

test.each([
  ['node16', 'node16', 'page.ts'],
  ['nodenext', 'nodenext', 'page.ts'],
  ['bundler', 'esnext', 'page.ts'],
  ['node16', 'node16', 'page.cts'],
])('TypeScript with %s resolution finds its types (%s, %s)', async (resolution, module, file) => {
  await write('page.cts', page);
  const options = ['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2022,dom', '--types', 'node'];
  await bin('tsc', file, ...options, '--module', module, '--moduleResolution', resolution);
  await write(
    `wrong.${file}`.replace('page', 'page'),
    page.replace('payload.total.toFixed()', 'payload.nothing'),
  );
  await expect(
    bin('tsc', `wrong.${file}`, ...options, '--module', module, '--moduleResolution', resolution),
  ).rejects.toThrow('nothing');
});

test('Jest 29 runs a test that uses the client and its test server', async () => {
  await write(
    'client.test.js',
    `
const { createClient } = require('@tidings/client');
const { createTestServer } = require('@tidings/client/testing');
test('it opens', async () => {
  const server = createTestServer();
  const client = createClient(server.options);
  client.connect();
  await server.advance(0);
  expect(client.status.getSnapshot().state).toBe('open');
  client.close();
});`,
  );
  await bin('jest', '--rootDir', folder, '--cacheDirectory', join(folder, 'jest'));
});

test('webpack 5, Vite and esbuild each build a page', async () => {
  await write('page.js', page.replace('payload.total.toFixed()', 'payload.total'));
  await write(
    'webpack.cjs',
    `require('webpack')({ mode: 'production', entry: './page.js', context: __dirname, output: { path: __dirname + '/webpack' } },
      (error, stats) => { if (error || stats.hasErrors() || stats.hasWarnings()) throw error ?? new Error(stats.toString()); });`,
  );
  await run(folder, process.execPath, 'webpack.cjs');
  await write('index.html', '<!doctype html><script type="module" src="./page.js"></script>');
  await bin('vite', 'build', '--outDir', 'vite');
  await bin('esbuild', 'page.js', '--bundle', '--minify', '--format=esm', '--outfile=esbuild/page.js');
  for (const file of ['webpack/main.js', 'esbuild/page.js']) {
    expect(await readFile(join(folder, file), 'utf8')).toContain('bearer.');
  }
});

test('hooks say that they are for the client side, in both formats', async () => {
  for (const file of ['src/react/index.js', 'cjs/src/react/index.js']) {
    const text = await readFile(join(folder, 'node_modules/@tidings/client', file), 'utf8');
    expect(text).toMatch(/^["']use client["'];/);
  }
});
