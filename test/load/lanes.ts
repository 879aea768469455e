import { fuzzAll } from './fuzzAll.ts';
import { killAndComeBack } from './kills.ts';
import { largeAudience } from './largeAudience.ts';
import { limitRace, racers } from './limitRace.ts';
import { minMinutes, type Trend, verdictOn } from './memoryTrend.ts';
import { requireFiles } from './openFiles.ts';
import { soak as runSoak } from './soak.ts';
import { type StackProcess, type StackProcessOptions, startStackProcess } from './stackProcess.ts';
import { storm as runStorm } from './storm.ts';

export interface LoadOptions {
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
interface LoadReport {
  readonly figures: Readonly<Record<string, number | string>>;
  readonly wrong: readonly string[];
}

/** What API Gateway takes of a stage and of an account would be all that these measure. */
const throttle = { ratePerSecond: 1_000_000, burst: 1_000_000 };
const plenty = { connectsPerSecond: 1_000_000, requestsPerSecond: 1_000_000, requestBurst: 1_000_000 };

/** The long runs, by name. */
export const lanes = { race, audience, fuzz, storm, kills, soak } satisfies Record<
  string,
  (options: LoadOptions) => Promise<LoadReport>
>;

function race({ rounds, memory, log }: LoadOptions): Promise<LoadReport> {
  const limit = 5;
  const settings = { limits: { connectionsPerUser: limit } };
  const stack = { memory, settings, quotas: plenty, atOnce: racers };
  return withStack(stack, async ({ urls }) => {
    const onRound = (round: number) => round % 20 === 0 && log(`${round} of ${rounds} rounds`);
    const bad = await limitRace({ urls, rounds, limit, onRound });
    return {
      figures: { rounds, 'connects at once': racers, limit, 'rounds with another count': bad.length },
      wrong: bad.map((tally) => `handshakes by status: ${JSON.stringify(tally)}`),
    };
  });
}

function audience({ sockets, events, seed, memory, log }: LoadOptions): Promise<LoadReport> {
  requireFiles(sockets);
  return withStack({ memory, quotas: plenty }, async ({ urls }) => {
    const chance = 0.01;
    const figures = await largeAudience({ urls, sockets, events, chance, seed, log });
    const { due, live, lost, wrong, resets } = figures;
    // A dropped frame and a false "gone" are found by who missed them; everything else comes by itself.
    const minLive = Math.floor(sockets * ((1 - 2 * chance) ** events - 0.05));
    return {
      figures: { sockets, events, ...figures },
      wrong: [
        ...(due === sockets * events ? [] : [`${sockets * events} were due, not ${due}`]),
        ...(live >= minLive ? [] : [`only ${live} got every event without asking, of at least ${minLive}`]),
        ...notNone({ lost, wrong, resets }),
      ],
    };
  });
}

function fuzz({ inputs, seed, memory, log }: LoadOptions): Promise<LoadReport> {
  const limits = { framesPerSecond: 1_000_000, frameBurst: 1_000_000 };
  return withStack({ memory, settings: { limits }, quotas: plenty }, async ({ urls }) => {
    const { counts, failures } = await fuzzAll({ urls, seed, inputs, log });
    return { figures: counts, wrong: failures };
  });
}

function storm({ sockets, seed, rate, memory, log }: LoadOptions): Promise<LoadReport> {
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

async function kills({ rounds, seed, log }: LoadOptions): Promise<LoadReport> {
  const { unfinished, openAnswers, counted, ...figures } = await killAndComeBack({
    kills: rounds,
    seed,
    log,
  });
  const due = unfinished + figures.done + figures.failed;
  return {
    figures: { kills: rounds, ...figures },
    wrong: [
      ...(due === figures.jobs ? [] : [`${figures.jobs} jobs were acknowledged, and ${due} are known`]),
      ...notNone({
        'jobs that stand still': unfinished,
        'answers that stay open': openAnswers,
        'connections of killed processes that count': counted,
      }),
    ],
  };
}

/**
 * What may be added a minute, in megabytes, and the memory still counts as flat. Pages stay with the process when
 * what is in them is freed, so their number drifts; it is there to show what V8 does not see.
 */
const maxPerMinute = { live: 0.1, rss: 3 };

/**
 * Of what was due: were fan-out broken, all would be repaired, and nothing lost. The faults take 0.4 % of the posts,
 * and one in a hundred batches of the delivery function, a thousand frames, comes half a minute late: mostly one or
 * two such in a run of ten minutes, which are 0.3 % each, and hardly ever nine.
 */
const maxRepaired = 0.03;

function soak({ sockets, minutes, seed, memory, log }: LoadOptions): Promise<LoadReport> {
  requireFiles(sockets);
  return withStack({ memory, quotas: plenty }, async (stack) => {
    const { urls } = stack;
    const soaked = await runSoak({ urls, sockets, minutes, seed, log, memory: stack.memory });
    const { trends, ...figures } = soaked;
    const { due, repairs, lost, wrong, resets } = figures;
    const [live, rss] = memory
      ? [rowsInside, rowsInside]
      : [memoryReport('live', trends.live), memoryReport('rss', trends.rss)];
    return {
      figures: { sockets, minutes, ...figures, 'live memory': live.says, 'resident memory': rss.says },
      wrong: [
        ...notNone({ lost, wrong, resets }),
        ...(repairs <= due * maxRepaired ? [] : [`${repairs} repairs for ${due} events that were due`]),
        ...live.wrong,
        ...rss.wrong,
      ],
    };
  });
}

const rowsInside = { says: 'not judged: with --memory the log is in it', wrong: [] };

/** In a short run it is all noise, so nothing is said of it. */
function memoryReport(which: keyof typeof maxPerMinute, trend: Trend | undefined) {
  if (!trend) return { says: `not judged below ${minMinutes.toFixed(1)} minutes`, wrong: [] };
  const verdict = verdictOn(trend, maxPerMinute[which]);
  const { megabytes, perMinute, min, max } = trend;
  const rate = `${signed(perMinute)} MB a minute (${signed(min)} to ${signed(max)})`;
  const wrong =
    verdict === 'flat' ? [] : [`${which} memory, flat to ${maxPerMinute[which]} MB a minute: ${verdict}`];
  return { says: `${megabytes.toFixed(1)} MB, ${rate}: ${verdict}`, wrong };
}

const signed = (rate: number) => `${rate < 0 ? '-' : '+'}${Math.abs(rate).toFixed(2)}`;

/** What was to be 0 and is not. */
function notNone(counts: Readonly<Record<string, number>>): string[] {
  return Object.entries(counts).flatMap(([what, count]) => (count === 0 ? [] : [`${count} ${what}`]));
}

/** Runs a lane on a stack of its own. A stack that died is wrong, whatever else came out. */
async function withStack(
  options: StackProcessOptions,
  run: (stack: StackProcess) => Promise<LoadReport>,
): Promise<LoadReport> {
  const stack = await startStackProcess({ ...options, settings: { throttle, ...options.settings } });
  try {
    const report = await run(stack);
    const crash = stack.crash();
    return crash === undefined ? report : { ...report, wrong: [...report.wrong, crash] };
  } finally {
    await stack.stop();
  }
}
