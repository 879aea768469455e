import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { buildConsole } from '../../../console/build.ts';

const maxBytes = 200_000;
/** Of what each page waits for. A page that is loaded with it, and not when it is opened, is more. */
const maxFirstBytes = 146_000;

let folder: string;
let files: readonly string[];
beforeAll(async () => {
  folder = await buildConsole();
  files = (await readdir(folder, { recursive: true })).filter((file) => /\.\w+$/.test(file));
});

/** What these come to as they travel. */
async function compressed(names: readonly string[]): Promise<number> {
  const bodies = await Promise.all(names.map((name) => readFile(join(folder, name))));
  return bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
}

test('all files of the console together have at most 200 KB, compressed', async () => {
  expect(files.length).toBeGreaterThan(4);
  expect(await compressed(files)).toBeLessThanOrEqual(maxBytes);
});

test('what is loaded first has at most 146 KB of it: each page is loaded when it is opened', async () => {
  const index = await readFile(join(folder, 'index.html'), 'utf8');
  const named = [...index.matchAll(/(?:src|href)="\/console\/([^"]+)"/g)].map(([, name = '']) => name);
  expect(named.length).toBeGreaterThan(1);
  expect(await compressed(['index.html', ...named])).toBeLessThanOrEqual(maxFirstBytes);
});
