import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Node with a command line, in the repository's folder, and what it has printed so far. */
export function startProgram(line: readonly string[], env = {}, cwd = root) {
  const child = spawn(process.execPath, line, { cwd, env: { ...process.env, ...env } });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => {
    output.stdout += text;
  });
  child.stderr.on('data', (text) => {
    output.stderr += text;
  });
  return { child, output };
}

/** @returns its exit code. */
export async function ended(child: ChildProcess): Promise<unknown> {
  const [code] = await once(child, 'close');
  return code;
}
