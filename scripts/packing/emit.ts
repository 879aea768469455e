import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { nameSources } from '../../packages/client/scripts/nameSources.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** Compiles the repository to JavaScript with declarations and source maps, each file at its own path below `folder`. */
export async function emit(folder: string): Promise<void> {
  const tsc = join(root, 'node_modules/.bin/tsc');
  try {
    await run(tsc, ['-p', 'tsconfig.build.json', '--outDir', folder], { cwd: root });
  } catch (cause) {
    throw new Error(`The sources do not compile.\n${(cause as { stdout?: string }).stdout}`, { cause });
  }
  await nameSources(folder, root);
  const files = await readdir(folder, { recursive: true });
  await Promise.all(
    files.filter((file) => file.endsWith('.d.ts')).map((file) => endingsOf(join(folder, file))),
  );
}

/** The compiler leaves the endings of imports in declarations as they are. */
async function endingsOf(file: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replaceAll(/(from |import\()(['"])(\.[^'"]*)\.ts\2/g, "$1'$3.js'"));
}
