import { type StackProcess, type StackProcessOptions, startStackProcess } from './stackProcess.ts';

export interface LoadOptions {
  readonly seed: number;
  readonly rounds: number;
  readonly sockets: number;
  readonly events: number;
  readonly inputs: number;
  readonly minutes: number;
  readonly rate: number;
  readonly memory: boolean;
  /** Which of the drills; all where none is named. */
  readonly drills: readonly string[];
  readonly log: (line: string) => void;
}

/** What a run came to, and all that was wrong with it. */
export interface LoadReport {
  readonly figures: Readonly<Record<string, number | string>>;
  readonly wrong: readonly string[];
}

/** What API Gateway takes of a stage and of an account would be all that these measure. */
const throttle = { ratePerSecond: 1_000_000, burst: 1_000_000 };
export const plenty = {
  connectsPerSecond: 1_000_000,
  requestsPerSecond: 1_000_000,
  requestBurst: 1_000_000,
};

/** What was to be 0 and is not. */
export function notNone(counts: Readonly<Record<string, number>>): string[] {
  return Object.entries(counts).flatMap(([what, count]) => (count === 0 ? [] : [`${count} ${what}`]));
}

/** The options, with settings that no throttle is in the way of. */
export const unthrottled = (options: StackProcessOptions): StackProcessOptions => ({
  ...options,
  settings: { throttle, ...options.settings },
});

/** Runs a lane on a stack of its own. A stack that died is wrong, whatever else came out. */
export async function withStack(
  options: StackProcessOptions,
  run: (stack: StackProcess) => Promise<LoadReport>,
): Promise<LoadReport> {
  const stack = await startStackProcess(unthrottled(options));
  try {
    const report = await run(stack);
    const crash = stack.crash();
    return crash === undefined ? report : { ...report, wrong: [...report.wrong, crash] };
  } finally {
    await stack.stop();
  }
}
