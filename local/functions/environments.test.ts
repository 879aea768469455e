import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LocalClock, localClock } from '../clock.ts';
import type { FunctionDescription } from '../template/readStack.ts';
import { type FunctionsOptions, localFunctions } from './functions.ts';

let root: string;
let clock: LocalClock;
let lines: string[];
/** What came to the shared table, and what ends each `gate` of it. */
let asked: string[];
let gates: (() => void)[];
let close: (() => Promise<void>)[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tidings-environments-'));
  await mkdir(join(root, 'node_modules'));
  clock = localClock();
  [lines, asked, gates, close] = [[], [], [], []];
});

afterEach(async () => {
  for (const end of close) await end();
  await rm(root, { recursive: true });
});

const adapter = (path: string) => fileURLToPath(new URL(`../../adapters/${path}.ts`, import.meta.url));
const source = (code: string) =>
  writeFile(
    join(root, 'f.ts'),
    `import { openTable } from '${adapter('dynamodb/connect')}'; void openTable; ${code}`,
  );

/** The functions of a stack with one, `F`, whose code is this. */
async function loaded(
  code: string,
  options: Partial<FunctionsOptions> = {},
  more: Partial<FunctionDescription> = {},
) {
  const table = {
    gate: () => new Promise<void>((resolve) => gates.push(resolve)),
    get: async (text: string) => void asked.push(text),
  };
  await source(code);
  const log = (text: string) => lines.push(text);
  const functions = localFunctions({ root, clock, env: () => ({}), log, table, ...options });
  close.push(functions.close);
  await functions.load([
    {
      ...{
        id: 'F',
        entry: 'f.ts',
        features: 'features/index.ts',
        arn: 'arn:aws:lambda:us-east-1:0:function:F',
      },
      ...{ role: { name: 'Role', statements: [] }, env: {}, timeoutMs: 3_000, memoryMb: 128 },
      ...more,
    },
  ]);
  const invoke = (text = '') => functions.invoke('F', { text });
  return { functions, invoke };
}

/** Keeps a request's text, and answers with it and the number of calls once its gate is opened. */
const gated = `let mine; let calls = 0;
  export const handler = async ({ text }) => {
    mine = text; calls += 1;
    await openTable().gate();
    return [mine, calls];
  };`;
const begun = (count: number) => expect.poll(() => gates.length).toBe(count);

test.each([
  ['that is to answer soon runs so often at the same time, and no oftener', 60_000, 2],
  ['that may take minutes is not held back', 60_001, 3],
])('a function %s', async (_, timeoutMs, count) => {
  const { invoke } = await loaded(gated, { atOnce: 2 }, { timeoutMs });
  const all = ['a', 'b', 'c'].map(invoke);
  await begun(count);
  gates[0]?.();
  await all[0];
  await begun(3);
  for (const open of gates) open();
  await Promise.all(all);
});

test('each invocation has an environment to itself, and the one that was used last serves the next', async () => {
  const { invoke } = await loaded(gated);
  const all = ['a', 'b'].map(invoke);
  await begun(2);
  gates[1]?.();
  expect(await all[1]).toEqual(['b', 1]);
  gates[0]?.();
  expect(await all[0]).toEqual(['a', 1]);
  const third = invoke('c');
  await begun(3);
  gates[2]?.();
  expect(await third).toEqual(['c', 2]);
});

test('an environment that had nothing to do for ten minutes is thrown away', async () => {
  const { invoke } = await loaded('let calls = 0; export const handler = async () => ++calls;');
  await invoke();
  await clock.advance(9 * 60_000);
  expect(await invoke()).toBe(2);
  await clock.advance(10 * 60_000);
  expect(await invoke()).toBe(1);
});

test('timers and calls that an invocation leaves behind wait for the next one of their environment', async () => {
  const { functions, invoke } = await loaded(`export const handler = async ({ text }) => {
    setTimeout(() => console.log('timer of ' + text), 0);
    const every = setInterval(() => { console.log('interval'); clearInterval(every); }, 1);
    setImmediate(() => openTable().get(text));
    clearTimeout(setTimeout(() => console.log('cleared'), 0));
  };`);
  await invoke('one');
  // Later than the timers, and so called after them.
  const due = () => new Promise((resolve) => setTimeout(() => setImmediate(resolve), 5));
  await due();
  expect([asked, lines]).toEqual([[], []]);
  await invoke('two');
  expect([asked, new Set(lines)]).toEqual([['one'], new Set(['interval', 'timer of one'])]);
  await functions.close();
  await due();
  expect([asked, lines.length]).toEqual([['one'], 2]);
});

test('nothing of an environment whose time was over is done any more', async () => {
  const { invoke } = await loaded(
    `let calls = 0;
     export const handler = async ({ text }) => {
       calls += 1;
       if (text === 'late') setTimeout(() => console.log('timer'), 210);
       await openTable().gate();
       console.log(text);
       await openTable().get(text);
       return calls;
     };`,
    {},
    { timeoutMs: 200 },
  );
  await expect(invoke('late')).rejects.toThrow('timed out');
  const next = invoke('next');
  await begun(2);
  for (const open of gates) open();
  expect(await next).toBe(1);
  // Later than the timer that was set, and so called after it.
  await new Promise((resolve) => setTimeout(resolve, 211));
  expect([asked, lines]).toEqual([['next'], ['next']]);
});

test('a function opens connections for its posts as its stack does', async () => {
  const dialled: unknown[] = [];
  const dial = (...to: unknown[]) => {
    dialled.push(to);
    return new Socket();
  };
  const { invoke } = await loaded(
    `import { dial } from '${adapter('apigateway/dial')}';
     export const handler = async ({ text }) => void dial(text, 80);`,
    { dialer: () => dial },
  );
  await invoke('127.0.0.1');
  expect(dialled).toEqual([['127.0.0.1', 80]]);
});

test('an account runs so many at once, of all functions and with those that wait for the machine', async () => {
  const { invoke } = await loaded(gated, { atOnce: 1, concurrency: 2 });
  const all = ['a', 'b'].map(invoke);
  await begun(1);
  const refused = { name: 'TooManyRequestsException', message: 'Rate Exceeded.' };
  await expect(invoke('c')).rejects.toMatchObject(refused);
  gates[0]?.();
  await all[0];
  const fourth = invoke('d');
  await begun(2);
  gates[1]?.();
  await begun(3);
  gates[2]?.();
  expect(await Promise.all([all[1], fourth])).toEqual([
    ['b', 2],
    ['d', 3],
  ]);
});

test('what a new build replaces serves its requests to their end, and no other one', async () => {
  const { functions, invoke } = await loaded(gated);
  const before = invoke('before');
  await begun(1);
  await source(`export const handler = async () => 'new';`);
  await functions.reload();
  expect(await invoke()).toBe('new');
  gates[0]?.();
  expect(await before).toEqual(['before', 1]);
  expect(await invoke()).toBe('new');
});
