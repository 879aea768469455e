import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transform } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { asFactory, firstLine, type OpenModule } from './asFactory.ts';

/** As the bundler has esbuild print a module. */
const printed = async (code: string) => {
  const lowered = { 'template-literal': false };
  const { code: text } = await transform(code, { format: 'esm', target: 'node20', supported: lowered });
  return `${firstLine}\n${text}`;
};

async function opened(code: string): Promise<OpenModule> {
  const folder = await mkdtemp(join(tmpdir(), 'tidings-factory-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'module.mjs');
  await writeFile(file, asFactory(await printed(code), ['process', 'name']));
  return ((await import(pathToFileURL(file).href)) as { open: OpenModule }).open;
}

test('each call evaluates the module anew, with its scope in the place of the globals', async () => {
  const open = await opened(`
    import { join as joined } from 'node:path';
    import * as everything from 'node:os';
    import process, { pid } from 'node:process';
    import 'node:url';
    let calls = 0;
    const late = await Promise.resolve(name);
    export default class Thing {}
    export const handler = () => [joined('a', 'b'), typeof everything.cpus, process.argv, typeof pid, late, ++calls];
    const inner = handler;
    export { inner as other };
  `);
  const one = (await open({ process: { argv: 'one' }, name: 'first' })) as Record<string, () => unknown>;
  const two = (await open({ process: { argv: 'two' }, name: 'second' })) as Record<string, () => unknown>;
  expect(one.handler?.()).toEqual(['a/b', 'function', 'one', 'number', 'first', 1]);
  expect(one.other?.()).toEqual(['a/b', 'function', 'one', 'number', 'first', 2]);
  expect(two.handler?.()).toEqual(['a/b', 'function', 'two', 'number', 'second', 1]);
  expect([typeof one.default, new Set(Object.keys(one))]).toEqual([
    'function',
    new Set(['default', 'handler', 'other']),
  ]);
});

test('a text that reads like an import stays a text, and a variable may have the name of a global', async () => {
  const open = await opened(
    'const name = "own"; export const text = `\\nimport { a } from "b";\\nexport { name };\\n` + name;',
  );
  expect((await open({})).text).toBe('\nimport { a } from "b";\nexport { name };\nown');
});

test('lines stay where they are', async () => {
  const code = await printed(
    'import {\n a } from "x";\nexport const b = a;\nthrow new Error();\nexport { b as c };',
  );
  const lineOf = (text: string) => text.split('\n').findIndex((line) => line.startsWith('throw'));
  expect(lineOf(asFactory(code, ['process']))).toBe(lineOf(code));
});
