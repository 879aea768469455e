import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packAll } from '../../scripts/packing/packAll.ts';

/** Runs a program and gives what it printed. @throws Error with that, where it fails */
export async function run(cwd: string, program: string, ...words: readonly string[]): Promise<string> {
  const child = spawn(program, words, { cwd, stdio: ['ignore', 'pipe', 'pipe'], env: outside() });
  const printed = listen(child);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${code}:\n${printed()}`);
  return printed();
}

export function listen({ stdout, stderr }: ChildProcess): () => string {
  let all = '';
  for (const stream of [stdout, stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      all += text;
    });
  return () => all;
}

/** What an app's own commands find in their environment: nothing of this run of the tests. */
export function outside(): NodeJS.ProcessEnv {
  const ours = /^(npm_|VITEST|NODE_ENV|NODE_OPTIONS|TEST$|VITE_|TIDINGS_|INIT_CWD)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
}

/** A folder outside of the repository, with the packed files in `packed`. */
export async function packedFolder(): Promise<{ folder: string; packed: string; files: string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'tidings-packed-'));
  const packed = join(folder, 'packed');
  const files: string[] = [];
  for await (const file of packAll(packed)) files.push(file);
  return { folder, packed, files };
}

export const install = (cwd: string, ...more: readonly string[]) =>
  run(cwd, 'npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', ...more);

/** Resolves with what a child printed once that matches; rejects if the child ends before. */
export function printedBy(
  child: ChildProcess,
  printed: () => string,
  wanted: RegExp,
): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const found = wanted.exec(printed());
      if (found) resolve(found);
    };
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', look);
    child.once('close', () => reject(new Error(`it ended before it printed ${wanted}:\n${printed()}`)));
    look();
  });
}
