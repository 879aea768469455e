import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * Runs the CDK's command line of the app in the working directory. Whatever it asks is answered at this terminal.
 *
 * @param output where its standard output goes
 */
export async function runCdk(
  words: readonly string[],
  output: 'stdout' | 'stderr' = 'stdout',
): Promise<number> {
  const program = createRequire(join(process.cwd(), 'package.json')).resolve('aws-cdk/bin/cdk');
  // Ctrl-C reaches the CDK as well, which ends in its own time.
  const stay = () => {};
  process.on('SIGINT', stay);
  const child = spawn(process.execPath, [program, ...words], {
    stdio: ['inherit', process[output], 'inherit'],
  });
  const [code] = (await once(child, 'close')) as [number | null];
  process.off('SIGINT', stay);
  return code ?? 1;
}
