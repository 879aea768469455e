import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeDataFolder } from './dataFolder.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tidings-data-'));
});
afterEach(() => rm(root, { recursive: true }));

/** No process has this number: Linux ends at 2^22. */
const nobody = 2 ** 30;

test('a folder is made with those above it, taken by one process, and given back', async () => {
  const folder = join(root, 'a/b');
  const release = await takeDataFolder(folder);
  await expect(takeDataFolder(folder, nobody)).rejects.toThrow(`is in use by process ${process.pid}: end it`);
  await release();
  expect(await readdir(folder)).toEqual([]);
  await (await takeDataFolder(folder, nobody))();
});

test('what a process left behind that was killed counts for nothing, and neither does what is no number', async () => {
  for (const left of [String(nobody), '', 'x', '-1']) {
    await writeFile(join(root, 'stack.pid'), left);
    await (await takeDataFolder(root))();
  }
});

test('a folder that cannot be made is refused by name', async () => {
  await writeFile(join(root, 'file'), '');
  for (const folder of ['/proc/tidings/a', join(root, 'file/a'), '/dev/null/a']) {
    await expect(takeDataFolder(folder)).rejects.toThrow(`--data: ${folder} cannot be used: `);
  }
});
