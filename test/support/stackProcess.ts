import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { leftOpen } from './leftOpen.ts';

/** `npm run dev` as a process that can be killed. */
export interface StackProcess {
  readonly httpUrl: string;
  readonly pid: number;
  /** Ends it at once: nothing of it runs any more, and nothing is said to anybody. */
  kill(): Promise<void>;
}

const dev = fileURLToPath(new URL('../../scripts/dev.ts', import.meta.url));

/**
 * @param program `scripts/dev.ts` as JavaScript, where it was put together
 * @throws Error with what it printed, where it does not start.
 */
export async function startStackProcess(
  port: number,
  dataDir?: string,
  program?: string,
): Promise<StackProcess> {
  const kept = dataDir === undefined ? [] : ['--data', dataDir];
  const line = program === undefined ? ['--import', 'tsx', dev] : [program];
  const child = spawn(process.execPath, [...line, '--port', String(port), ...kept], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // A test that ran out of time does not come to its end.
  const kill = () => void child.kill('SIGKILL');
  leftOpen.byFile.add(kill);
  const ended = once(child, 'exit').finally(() => leftOpen.byFile.delete(kill));
  const ready = await new Promise<string>((resolve, reject) => {
    let said = '';
    let printed = '';
    child.stdout.on('data', (text) => {
      said += String(text);
      if (said.includes('\n')) resolve(said);
    });
    child.stderr.on('data', (text) => {
      printed = `${printed}${String(text)}`.slice(-2_000);
    });
    child.once('exit', () => reject(new Error(`the stack did not start: ${printed}`)));
  });
  const { httpUrl } = JSON.parse(ready) as { httpUrl: string };
  return {
    httpUrl,
    pid: child.pid ?? 0,
    async kill() {
      kill();
      await ended;
    },
  };
}
