import { mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LocalClock, localClock } from '../clock.ts';
import type { FunctionDescription } from '../template/readStack.ts';
import { type Functions, localFunctions } from './functions.ts';
import { watchFolders } from './watchFolders.ts';

let root: string;
let clock: LocalClock;
let functions: Functions;
let lines: string[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tidings-functions-'));
  await mkdir(join(root, 'node_modules'));
  const protocol = fileURLToPath(new URL('../../packages/protocol', import.meta.url));
  await mkdir(join(root, 'node_modules/@tidings'));
  await symlink(protocol, join(root, 'node_modules/@tidings/protocol'));
  clock = localClock();
  lines = [];
  functions = localFunctions({
    root,
    clock,
    env: () => ({ SHARED: 'for all' }),
    log: (text) => lines.push(text),
  });
});

afterEach(async () => {
  await functions.close();
  await rm(root, { recursive: true });
});

async function source(file: string, code: string) {
  const path = join(root, file);
  await mkdir(dirname(path), { recursive: true });
  // A rename: a watcher must never read half a file.
  await writeFile(`${path}.new`, code);
  await rename(`${path}.new`, path);
}

const fn = (id: string, entry: string, more: Partial<FunctionDescription> = {}): FunctionDescription => ({
  id,
  entry,
  features: 'features/index.ts',
  arn: `arn:aws:lambda:us-east-1:000000000000:function:${id}`,
  role: { name: 'Role', statements: [] },
  env: {},
  timeoutMs: 3_000,
  memoryMb: 128,
  ...more,
});

describe('local functions', () => {
  test('each function has the environment that the template gives it, and no other', async () => {
    await source('f.ts', 'const env = { ...process.env }; export const handler = async () => env;');
    await functions.load([
      fn('A', 'f.ts', { env: { TABLE_NAME: 'a' } }),
      fn('B', 'f.ts', { env: { TABLE_NAME: 'b' } }),
    ]);
    expect(await functions.invoke('A', {})).toMatchObject({
      TABLE_NAME: 'a',
      SHARED: 'for all',
      AWS_LAMBDA_FUNCTION_NAME: 'A',
      AWS_REGION: 'us-east-1',
    });
    const b = await functions.invoke('B', {});
    expect(b).toMatchObject({ TABLE_NAME: 'b' });
    expect(b).not.toHaveProperty('PATH');
  });

  test('two functions share no module of ours, though they import the same', async () => {
    await source('count.ts', 'let n = 0; export const next = () => ++n;');
    await source('f.ts', `import { next } from './count.ts'; export const handler = async () => next();`);
    await functions.load([fn('A', 'f.ts'), fn('B', 'f.ts')]);
    await functions.invoke('A', {});
    expect(await functions.invoke('A', {})).toBe(2);
    expect(await functions.invoke('B', {})).toBe(1);
  });

  test('moving the clock moves the time of the handlers', async () => {
    await source(
      'f.ts',
      'export const handler = async () => [Date.now(), new Date().getTime(), new Date(5).getTime(), new Date() instanceof Date];',
    );
    await functions.load([fn('A', 'f.ts')]);
    await clock.advance(3_600_000);
    const [now, made, fixed, isDate] = (await functions.invoke('A', {})) as unknown[];
    expect(Number(now) - Date.now()).toBeGreaterThan(3_590_000);
    expect(Number(made) - Date.now()).toBeGreaterThan(3_590_000);
    expect(fixed).toBe(5);
    expect(isDate).toBe(true);
  });

  test('event and answer are copies', async () => {
    await source(
      'f.ts',
      'export const handler = async (event) => { event.seen = true; return { a: undefined, at: new Date(0) }; };',
    );
    await functions.load([fn('A', 'f.ts')]);
    const event = {};
    expect(await functions.invoke('A', event)).toEqual({ at: '1970-01-01T00:00:00.000Z' });
    expect(event).toEqual({});
  });

  test('an invocation that exceeds its time is rejected', async () => {
    await source('f.ts', 'export const handler = () => new Promise(() => {});');
    await functions.load([fn('A', 'f.ts', { timeoutMs: 5 })]);
    await expect(functions.invoke('A', {})).rejects.toThrow('timed out');
  });

  test('what a function prints goes to the log', async () => {
    await source('f.ts', `export const handler = async () => console.log('hello', { a: 1 });`);
    await functions.load([fn('A', 'f.ts')]);
    await functions.invoke('A', {});
    expect(lines).toEqual(['hello { a: 1 }']);
  });

  test('what a function writes to its standard output goes there too, and not to that of the stack', async () => {
    await source('f.ts', `export const handler = async () => process.stdout.write('{"a":1}\\n');`);
    await functions.load([fn('A', 'f.ts')]);
    await functions.invoke('A', {});
    expect(lines).toEqual(['{"a":1}']);
  });

  test("our workspaces are inlined, npm's packages are not", async () => {
    await source(
      'f.ts',
      `import { errorCodes } from './protocol.ts'; import * as jose from 'jose'; export const handler = async () => [typeof jose.SignJWT, errorCodes];`,
    );
    await source(
      'protocol.ts',
      `import { roles } from '@tidings/protocol'; export const errorCodes = roles.length > 0;`,
    );
    const packages = fileURLToPath(new URL('../../node_modules/', import.meta.url));
    for (const name of ['jose', 'zod']) await symlink(join(packages, name), join(root, 'node_modules', name));
    await functions.load([fn('A', 'f.ts')]);
    expect(await functions.invoke('A', {})).toEqual(['function', true]);
  });

  test('in memory mode the shared table stands in for the one of DynamoDB', async () => {
    const connect = fileURLToPath(new URL('../../adapters/dynamodb/connect.ts', import.meta.url));
    await source(
      'lambdas/f.ts',
      `import { openTable } from '${connect}'; export const handler = async () => String(openTable);`,
    );
    const inMemory = localFunctions({ root, clock, env: () => ({}), table: {}, log: () => {} });
    await inMemory.load([fn('A', 'lambdas/f.ts')]);
    expect(await inMemory.invoke('A', {})).toMatch(/^\(\) => /);
    await inMemory.close();
  });

  test('a change of a source file is live without a restart, and one that does not build changes nothing', async () => {
    await source('core/text.ts', `export const text = 'first';`);
    await source('f.ts', `import { text } from './core/text.ts'; export const handler = async () => text;`);
    await functions.load([fn('A', 'f.ts')]);
    let changed: () => void = () => {};
    const watcher = await watchFolders({ folders: [join(root, 'core')], onChange: () => changed() });
    const nextChange = () =>
      new Promise<void>((resolve) => {
        changed = resolve;
      });

    let change = nextChange();
    await source('core/text.ts', `export const text = 'second';`);
    await change;
    await functions.reload();
    expect(await functions.invoke('A', {})).toBe('second');

    change = nextChange();
    await source('core/text.ts', 'export const text = ;');
    await change;
    await expect(functions.reload()).rejects.toThrow('core/text.ts:1:');
    expect(await functions.invoke('A', {})).toBe('second');

    change = nextChange();
    await mkdir(join(root, 'core/deep'));
    await source('core/text.ts', `export { text } from './deep/text.ts'; `);
    await change;
    change = nextChange();
    await source('core/deep/text.ts', `export const text = 'third';`);
    await change;
    await functions.reload();
    expect(await functions.invoke('A', {})).toBe('third');
    watcher.close();
  });

  test('stacks of unchanged sources share a build, and each has modules of its own', async () => {
    await source('f.ts', 'let calls = 0; export const handler = async () => ["first", ++calls];');
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(join(root, 'f.ts'), longAgo, longAgo);
    const stack = async () => {
      const another = localFunctions({ root, clock, env: () => ({}), log: () => {} });
      await another.load([fn('A', 'f.ts')]);
      const answer = await another.invoke('A', {});
      await another.close();
      return answer;
    };
    expect(await stack()).toEqual(['first', 1]);
    expect(await stack()).toEqual(['first', 1]);
    // A change that nothing tells of shows that it was not built again.
    await source('f.ts', 'export const handler = async () => "second";');
    await utimes(join(root, 'f.ts'), longAgo, longAgo);
    expect(await stack()).toEqual(['first', 1]);
    await source('f.ts', 'export const handler = async () => "third";');
    expect(await stack()).toBe('third');
  });

  test('a function that throws rejects with its own error', async () => {
    await source('f.ts', `export const handler = async () => {\n  throw new RangeError('no');\n};`);
    await functions.load([fn('A', 'f.ts')]);
    await expect(functions.invoke('A', {})).rejects.toThrow(new RangeError('no'));
  });

  test('an entry without a handler is refused, and the functions of before stay', async () => {
    await source('f.ts', 'export const handler = async () => 1;');
    await functions.load([fn('A', 'f.ts')]);
    await source('g.ts', 'export const main = 1;');
    await expect(functions.load([fn('B', 'g.ts')])).rejects.toThrow('g.ts exports no function "handler"');
    expect(await functions.invoke('A', {})).toBe(1);
    await source('f.ts', 'export const handler = async () => 2;');
    await functions.reload();
    expect(await functions.invoke('A', {})).toBe(2);
  });

  test('a folder that comes with its files is noticed', async () => {
    await mkdir(join(root, 'core'));
    await source('elsewhere/text.ts', '');
    const watched = { close: () => {} };
    const change = new Promise<string>((resolve) => {
      const watching = watchFolders({ folders: [join(root, 'core')], onChange: resolve });
      void watching.then(async (watcher) => {
        Object.assign(watched, watcher);
        await rename(join(root, 'elsewhere'), join(root, 'core/arrived'));
      });
    });
    expect(await change).toContain('arrived');
    watched.close();
  });
});
