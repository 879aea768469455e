import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { engineRoot, moduleFile } from '../../lib/functions/appCode.ts';
import { Line } from './line.ts';
import {
  eachStep,
  type Listening,
  listenerLine,
  type Message,
  outbox,
  readAddress,
  step,
} from './messages.ts';

export interface Listener {
  readonly port: number;
  /** Ends all lines. What was written to them before goes out. */
  close(): Promise<void>;
}

/**
 * Takes a port in a thread of its own, and hands over its connections. The larger part of what a frame costs a server is
 * its way through the kernel, and a broadcast's frames go that way while this thread is at the next ones.
 *
 * @throws {NodeJS.ErrnoException} where the port cannot be taken
 */
export async function openListener(listening: Listening, onLine: (line: Line) => void): Promise<Listener> {
  const thread = new Worker(await threadCode(), { eval: true, execArgv: [], workerData: listening });
  const send = (message: Message) => thread.postMessage(message);
  const tell = outbox(send, process.nextTick);
  const lines = new Map<number, Line>();
  // Not by `once`, which would also take the error that it may end with: that is to end the stack.
  const ended = new Promise((resolve) => thread.once('exit', resolve));
  async function close() {
    tell(step.gone, listenerLine);
    await ended;
    for (const line of lines.values()) line.destroy();
  }
  const port = await new Promise<number>((resolve, reject) => {
    thread.on('message', (message: Message) =>
      eachStep(message, (told, number, bytes) => {
        if (number === listenerLine) {
          if (told === step.opened) resolve(readAddress(bytes).localPort ?? 0);
          else close().then(() => reject(failure(String(bytes))), reject);
        } else if (told === step.opened) {
          const line = new Line(readAddress(bytes), (said, given) => tell(said, number, given));
          lines.set(number, line);
          onLine(line);
        } else if (told === step.gone) lines.delete(number);
        else lines.get(number)?.hear(told, bytes);
      }),
    );
  });
  return { port, close };
}

const failure = (code: string) => Object.assign(new Error(`listen ${code}`), { code });

let code: Promise<string> | undefined;

/** The thread's module and what it imports, once for this process: a thread is given JavaScript, which our sources are not. */
function threadCode(): Promise<string> {
  code ??= build({
    entryPoints: [moduleFile(join(engineRoot, 'local/listener/thread'))],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
  }).then(({ outputFiles }) => outputFiles.map(({ text }) => text).join(''));
  return code;
}
