import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LocalStackOptions, StackAddresses } from '../support/localStack.ts';
import type { Question } from './stackChild.ts';

/**
 * What the stack's process takes, in bytes, after its garbage was collected. The DynamoDB engine is a process of its
 * own and not in it: its data grows with the log, as it should.
 */
export interface Memory {
  /** What is alive: objects and buffers, without compiled code. */
  readonly live: number;
  /** Pages held, with what is free inside of them. */
  readonly rss: number;
}

/** A local stack in a process of its own, so that its memory is its alone and its death is seen. */
export interface StackProcess {
  readonly urls: StackAddresses;
  memory(): Promise<Memory>;
  /** Why it died, if it did. */
  crash(): string | undefined;
  stop(): Promise<void>;
  /** Ends it in the middle of whatever it does. */
  kill(): Promise<void>;
}

const maxStopMs = 10_000;

/** What differs from the local stack's own; a function (`log`) cannot cross. */
export type StackProcessOptions = Omit<Partial<LocalStackOptions>, 'log'>;

const thisCheckout = fileURLToPath(new URL('../..', import.meta.url));

/**
 * @param lateMs by how much its clock is ahead of this process's from the start on
 * @param checkout the folder of the code that is run
 * @throws Error when the stack does not start, or has died.
 */
export async function startStackProcess(
  options: StackProcessOptions = {},
  lateMs = 0,
  checkout = thisCheckout,
): Promise<StackProcess> {
  const child = fork(join(checkout, 'test/load/stackChild.ts'), {
    cwd: checkout,
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let crashed: string | undefined;
  let isStopping = false;
  const waiting: { resolve(message: object): void; reject(error: Error): void }[] = [];
  child.on('message', (message: { crashed?: string }) => {
    if (message.crashed === undefined) waiting.shift()?.resolve(message);
    else crashed = message.crashed;
  });
  child.once('exit', (code) => {
    if (!isStopping) crashed ??= `the stack's process ended with ${code}`;
    for (const { reject } of waiting.splice(0)) reject(new Error(crashed ?? 'the stack has stopped'));
  });
  const ask = <T extends object>(question: Question) =>
    new Promise<T>((resolve, reject) => {
      if (crashed !== undefined) return reject(new Error(crashed));
      waiting.push({ resolve: (message) => resolve(message as T), reject });
      child.send(question);
    });
  const { urls } = await ask<{ urls: StackAddresses }>({ options, lateMs });
  return {
    urls,
    memory: () => ask<Memory>('memory'),
    crash: () => crashed,
    stop: () =>
      new Promise((resolve) => {
        isStopping = true;
        if (child.exitCode !== null || !child.connected) return resolve();
        const tooLong = setTimeout(() => child.kill('SIGKILL'), maxStopMs);
        child.once('exit', () => {
          clearTimeout(tooLong);
          resolve();
        });
        child.send('stop' satisfies Question);
      }),
    async kill() {
      isStopping = true;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
