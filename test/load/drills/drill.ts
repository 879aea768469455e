import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../../packages/cli/src/run.ts';
import { catchUp, compare } from '../compare.ts';
import type { Crowd } from '../crowd.ts';
import { type LoadOptions, type LoadReport, notNone, unthrottled } from '../laneRun.ts';
import type { LocalApi } from '../localApi.ts';
import type { Ledger } from '../publisher.ts';
import { type StackProcess, type StackProcessOptions, startStackProcess } from '../stackProcess.ts';
import { publishUntil } from '../traffic.ts';

/** Does to a stack of its own what an operator may meet, and judges what its clients saw. */
export type Drill = (options: Pick<LoadOptions, 'seed' | 'log'>) => Promise<LoadReport>;

const eventsPerSecond = 15;
const pause = () => new Promise((resolve) => setTimeout(resolve, 50));

/** Publishes to the crowd while something happens to its stack. All of it is acknowledged at the end. */
export async function duringTraffic(crowd: Crowd, work: () => Promise<void>): Promise<void> {
  let isOver = false;
  const publishing = publishUntil(crowd, eventsPerSecond, () => isOver);
  try {
    await work();
  } finally {
    isOver = true;
    await publishing;
  }
}

/** Resolves when so many more events were acknowledged. */
export async function moreEvents({ publisher }: Crowd, count: number): Promise<void> {
  const goal = publisher.figures.acknowledged + count;
  while (publisher.figures.acknowledged < goal) await pause();
}

/**
 * Moves time on, in steps that neither a connection nor an execution environment is idle for too long in.
 *
 * @param each what is done after each step
 */
export async function passTime(
  crowd: Crowd,
  local: LocalApi,
  minutes: number,
  each: () => Promise<unknown> = async () => {},
): Promise<void> {
  for (let left = minutes; left > 0; left -= 6) {
    await local.advance(Math.min(left, 6) * 60_000);
    await catchUp(crowd.followers);
    await each();
  }
}

/**
 * Everybody asks until it is level; then each is to have all of its events once and in order.
 *
 * @param but another publisher's events, and how often a state was to come in the place of events
 */
export async function judge(
  { followers, publisher }: Crowd,
  { ledger = publisher.ledger, resets = 0 }: { readonly ledger?: Ledger; readonly resets?: number } = {},
): Promise<LoadReport> {
  await catchUp(followers);
  const { due, ...found } = compare(followers, ledger);
  return {
    figures: { clients: followers.length, 'events due': due },
    wrong: [
      ...notNone({ lost: found.lost, wrong: found.wrong }),
      ...unless({ 'states in the place of events': [found.resets, resets] }),
      ...(due > 0 ? [] : ['no event was due to anybody']),
    ],
  };
}

/** Runs the command as an operator does. @returns the lines that it printed @throws Error where it failed */
export async function tidings(...words: readonly string[]): Promise<Record<string, unknown>[]> {
  const lines: Record<string, unknown>[] = [];
  const problems: string[] = [];
  const code = await run(words, {
    env: {},
    stop: new AbortController().signal,
    print: (line) => lines.push(JSON.parse(line)),
    complain: (text) => problems.push(text),
  });
  if (code !== 0) throw new Error(`tidings ${words.join(' ')} ended with ${code}: ${problems.join()}`);
  return lines;
}

/** What was expected and is not so. */
export function unless(
  wanted: Readonly<Record<string, readonly [found: unknown, wanted: unknown]>>,
): string[] {
  return Object.entries(wanted).flatMap(([what, [found, expected]]) =>
    found === expected ? [] : [`${what}: ${String(found)}, and not ${String(expected)}`],
  );
}

/** A report with what else was found wrong. */
export const alsoWrong = (report: LoadReport, ...wrong: readonly string[]): LoadReport => ({
  ...report,
  wrong: [...wrong, ...report.wrong],
});

/** A stack whose rows outlive its process. */
export interface KeptStack {
  now(): StackProcess;
  /** Ends it, and starts it on the same rows and the same port. */
  restart(): Promise<void>;
}

/** Runs a drill on rows that are kept. @param checkout the folder of the code that is run */
export async function withKeptStack(
  options: StackProcessOptions,
  run: (stack: KeptStack) => Promise<LoadReport>,
  checkout?: string,
): Promise<LoadReport> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tidings-drill-'));
  const start = (port = 0) => startStackProcess(unthrottled({ ...options, dataDir, port }), 0, checkout);
  let current = await start();
  const crashes: string[] = [];
  const stop = async () => {
    const crash = current.crash();
    if (crash !== undefined) crashes.push(crash);
    await current.stop();
  };
  try {
    const report = await run({
      now: () => current,
      async restart() {
        await stop();
        current = await start(Number(new URL(current.urls.httpUrl).port));
      },
    });
    return alsoWrong(report, ...crashes);
  } finally {
    await stop();
    await rm(dataDir, { recursive: true });
  }
}
