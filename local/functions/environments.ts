import type { LocalClock } from '../clock.ts';
import { type Environment, type EnvironmentParts, openEnvironment } from './environment.ts';
import { limitConcurrency } from './limitConcurrency.ts';

/** The execution environments of one function: as many as run at once, and those that wait for a request. */
export interface Environments {
  /** Runs the function in an environment that has nothing else to do. */
  run(event: unknown, requestId: string): Promise<unknown>;
  /** Ends those that are idle, and each other one after its request. */
  retire(): void;
  /** Ends all of them at once. */
  end(): void;
}

/** AWS says no time. Users see environments live for some minutes without a request. */
const maxIdleMs = 10 * 60_000;

/**
 * Modules are evaluated in this process, some milliseconds each time. So one environment is opened at a time, and then others
 * have as long again for what they do: fifty in a row would keep all that runs from answers that it does not wait for as long.
 */
const openingInTurn = limitConcurrency(1);
let othersTurn: Promise<void> = Promise.resolve();
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

interface Idle {
  readonly environment: Environment;
  readonly since: number;
}

/** Opens the first one, so that code that cannot work is refused. @throws {Error} as `openEnvironment` */
export async function openEnvironments(
  parts: EnvironmentParts,
  clock: Pick<LocalClock, 'now'>,
): Promise<Environments> {
  const first = await openEnvironment(parts);
  /** The one that was used last is the last. */
  const idle: Idle[] = [];
  const busy = new Set<Environment>();
  let retired = false;

  function endOld() {
    while (idle[0] && idle[0].since <= clock.now() - maxIdleMs) idle.shift()?.environment.end();
  }
  // In real time, for the memory of the machine: no timer of the clock, which would keep a move of it from stepping over
  // hours in which nothing is due.
  const sweeping = setInterval(endOld, 60_000).unref();

  function release(environment: Environment) {
    busy.delete(environment);
    if (environment.state === 'gone') return;
    if (retired) environment.end();
    else idle.push({ environment, since: clock.now() });
  }

  async function free(): Promise<Environment> {
    await othersTurn;
    // Meanwhile another one may have answered.
    const answered = idle.pop();
    if (answered) return answered.environment;
    const began = performance.now();
    const opened = await openEnvironment(parts);
    othersTurn = pause(performance.now() - began);
    return opened;
  }

  async function run(event: unknown, requestId: string): Promise<unknown> {
    endOld();
    const environment = idle.pop()?.environment ?? (await openingInTurn(free));
    busy.add(environment);
    try {
      return await environment.run(event, requestId);
    } finally {
      release(environment);
    }
  }

  function retire() {
    retired = true;
    clearInterval(sweeping);
    for (const { environment } of idle.splice(0)) environment.end();
  }

  release(first);
  return {
    run,
    retire,
    end() {
      retire();
      for (const environment of busy) environment.end();
    },
  };
}
