import { consoleStaysFlat as console } from './consoleLane.ts';
import { drills } from './drills/drills.ts';
import { fuzzAll } from './fuzzAll.ts';
import { killAndComeBack } from './kills.ts';
import { type LoadOptions, type LoadReport, notNone, plenty, withStack } from './laneRun.ts';
import { largeAudience } from './largeAudience.ts';
import { limitRace, racers } from './limitRace.ts';
import { minMinutes, type Trend, verdictOn } from './memoryTrend.ts';
import { requireFiles } from './openFiles.ts';
import { soak as runSoak } from './soak.ts';
import { storm } from './stormLane.ts';

/** The long runs, by name. */
export const lanes = { race, audience, fuzz, storm, kills, soak, console, drills } satisfies Record<
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
