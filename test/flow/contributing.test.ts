import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkoutCopy } from '../support/checkoutCopy.ts';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[/\\]$/, '');
const guide = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');

/** The files of the guide: each step names one, and shows it if it is new. */
const files = guide.split(/^(?=\*\*\d\. )/m).flatMap((step) => {
  const path = /^.*?`([\w/.]+\.ts)`/.exec(step)?.[1];
  const text = /^```ts\n(.*?)^```/ms.exec(step)?.[1];
  return path !== undefined && text !== undefined ? [{ path, text }] : [];
});

let copy = '';
beforeAll(() => {
  copy = checkoutCopy(root);
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** Runs a command in the copy. */
async function run(...words: readonly string[]): Promise<{ code: number; printed: string }> {
  const child = spawn(process.execPath, words, {
    cwd: copy,
    env: { ...process.env, TIDINGS_TEST_ENGINE: 'memory' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      printed += String(text);
    });
  const [code] = (await once(child, 'close')) as [number];
  return { code, printed };
}

test('a feature with a topic of its own is a folder and one line of the list, and works over a real socket', async () => {
  expect(files.map(({ path }) => path)).toEqual([
    'features/notes/contract.ts',
    'features/notes/index.ts',
    'features/notes/flow.test.ts',
  ]);
  for (const { path, text } of files) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    writeFileSync(join(copy, path), text);
  }
  const list = join(copy, 'features/index.ts');
  const before = readFileSync(list, 'utf8');
  // One line of the list and its import; and one feature less, which nothing else needs.
  const after = before
    .replace('  assistant,\n', '  notes,\n')
    .replace(/^import { assistant } .*$/m, "import { notes } from './notes/index.ts';");
  expect(after).not.toBe(before);
  writeFileSync(list, after);
  const asked = "import { expect, test } from 'vitest';\nimport { newTenant } from '../support/flow.ts';\n";
  writeFileSync(
    join(copy, 'test/flow/leftOut.test.ts'),
    `${asked}
test('what was left out is not known', async () => {
  const staff = await newTenant().staff();
  expect((await staff.ask('assistant.ask', { payload: { text: 'hello' } })).payload.code).toBe('unknown_action');
});`,
  );
  const { code, printed } = await run(
    'node_modules/vitest/vitest.mjs',
    // One worker: each loads all that the tests need.
    ...[
      'run',
      '--project',
      'flow',
      '--maxWorkers',
      '1',
      'features/notes/flow.test.ts',
      'test/flow/leftOut.test.ts',
    ],
  );
  expect(code, printed).toBe(0);
  expect(printed).toMatch(/Tests.*2 passed/);
});
