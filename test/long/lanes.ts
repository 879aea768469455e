import { fuzzAll } from './fuzzAll.ts';
import { largeAudience } from './largeAudience.ts';
import { limitRace } from './limitRace.ts';
import { requireFiles } from './openFiles.ts';
import { soak as runSoak } from './soak.ts';
import { type StackProcess, type StackProcessOptions, startStackProcess } from './stackProcess.ts';
import { storm as runStorm } from './storm.ts';

export interface LongOptions {
  readonly seed: number;
  readonly rounds: number;
  readonly sockets: number;
  readonly events: number;
  readonly inputs: number;
  readonly minutes: number;
  readonly rate: number;
  readonly memory: boolean;
  readonly log: (line: string) => void;
}

/** What a run came to, and all that was wrong with it. */
export interface LongReport {
  readonly figures: Readonly<Record<string, number | string>>;
  readonly wrong: readonly string[];
}

const plenty = { connectsPerSecond: 1_000_000, requestsPerSecond: 1_000_000, requestBurst: 1_000_000 };

/** The long runs, by name. */
export const lanes = { race, audience, fuzz, storm, soak } satisfies Record<
  string,
  (options: LongOptions) => Promise<LongReport>
>;

function race({ rounds, memory, log }: LongOptions): Promise<LongReport> {
  const limit = 5;
  const stack = { memory, settings: { limits: { connectionsPerUser: limit } }, quotas: plenty };
  return withStack(stack, async ({ urls }) => {
    const onRound = (round: number) => round % 20 === 0 && log(`${round} of ${rounds} rounds`);
    const bad = await limitRace({ urls, rounds, limit, onRound });
    return {
      figures: { rounds, 'connects at once': 50, limit, 'rounds with another count': bad.length },
      wrong: bad.map((tally) => `handshakes by status: ${JSON.stringify(tally)}`),
    };
  });
}

function audience({ sockets, events, seed, memory, log }: LongOptions): Promise<LongReport> {
  requireFiles(sockets);
  return withStack({ memory, quotas: plenty }, async ({ urls }) => {
    const figures = await largeAudience({ urls, sockets, events, chance: 0.01, seed, log });
    const { due, lost, wrong, resets } = figures;
    return {
      figures: { sockets, events, ...figures },
      wrong: [
        ...(due === sockets * events ? [] : [`${sockets * events} were due, not ${due}`]),
        ...notNone({ lost, wrong, resets }),
      ],
    };
  });
}

function fuzz({ inputs, seed, memory, log }: LongOptions): Promise<LongReport> {
  const limits = { framesPerSecond: 1_000_000, frameBurst: 1_000_000 };
  return withStack({ memory, settings: { limits }, quotas: plenty }, async ({ urls }) => {
    const { counts, failures } = await fuzzAll({ urls, seed, inputs, log });
    return { figures: counts, wrong: failures };
  });
}

function storm({ sockets, seed, rate, memory, log }: LongOptions): Promise<LongReport> {
  requireFiles(sockets);
  const quotas = { ...plenty, connectsPerSecond: rate };
  return withStack({ memory, quotas }, async ({ urls }) => {
    const figures = await runStorm({ urls, sockets, connectsPerSecond: rate, seed, log });
    const { lost, wrong, resets, resumed, early } = figures;
    return {
      figures: { sockets, 'connects a second allowed': rate, ...figures },
      wrong: [
        ...(resumed >= sockets ? [] : [`${sockets - resumed} did not come back`]),
        ...notNone({ lost, wrong, resets, early }),
      ],
    };
  });
}

/** What a process may grow by, in megabytes a minute, before it counts as a leak; in a short run it is all noise. */
const mostHeapSlope = 1;
const mostRssSlope = 3;
const leastMinutesToJudge = 4;

function soak({ sockets, minutes, seed, memory, log }: LongOptions): Promise<LongReport> {
  requireFiles(sockets);
  return withStack({ memory, quotas: plenty }, async (stack) => {
    const figures = await runSoak({ urls: stack.urls, sockets, minutes, seed, log, memory: stack.memory });
    const { lost, wrong, resets, heapSlope, rssSlope } = figures;
    const isFlat = heapSlope <= mostHeapSlope && rssSlope <= mostRssSlope;
    return {
      figures: { sockets, minutes, ...figures },
      wrong: [
        ...notNone({ lost, wrong, resets }),
        ...(isFlat || minutes < leastMinutesToJudge ? [] : ['memory that grows: see the slopes']),
      ],
    };
  });
}

/** What was to be 0 and is not. */
export function notNone(counts: Readonly<Record<string, number>>): string[] {
  return Object.entries(counts).flatMap(([what, count]) => (count === 0 ? [] : [`${count} ${what}`]));
}

/** Runs a lane on a stack of its own. A stack that died is wrong, whatever else came out. */
async function withStack(
  options: StackProcessOptions,
  run: (stack: StackProcess) => Promise<LongReport>,
): Promise<LongReport> {
  const stack = await startStackProcess(options);
  try {
    const report = await run(stack);
    const crash = stack.crash();
    return crash === undefined ? report : { ...report, wrong: [...report.wrong, crash] };
  } finally {
    await stack.stop();
  }
}
