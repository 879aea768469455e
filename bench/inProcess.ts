import { fork } from 'node:child_process';
import { once } from 'node:events';

/**
 * Runs a module in a process of its own, so that variants share neither caches nor garbage, and takes what it answers.
 * It is not killed: what it has started, esbuild for one, must be ended by itself.
 *
 * @param environment variables beside this process's own
 * @throws Error when it ends without an answer
 */
export async function inProcess<T>(
  module: URL,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<T> {
  const child = fork(module, [...args], {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let answer: { readonly value: T } | undefined;
  child.on('message', (value) => {
    answer = { value: value as T };
  });
  const [code] = await once(child, 'exit');
  if (!answer) throw new Error(`${module.pathname} ${args.join(' ')} ended with ${code} and no answer`);
  return answer.value;
}

/** In such a process: its one answer, after which it ends. Whatever it has started is to be stopped before. */
export function answer(value: unknown): void {
  process.send?.(value, () => process.exit());
}
