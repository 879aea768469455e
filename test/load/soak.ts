import type { StackAddresses } from '../support/localStack.ts';
import { type Comparison, catchUp, compare } from './compare.ts';
import { type Crowd, gatherCrowd } from './crowd.ts';
import type { Follower } from './follower.ts';
import { type LocalApi, localApiOf } from './localApi.ts';
import { memoryTrend, type Trend } from './memoryTrend.ts';
import type { Memory } from './stackProcess.ts';
import { publishToAll, publishUntil } from './traffic.ts';

interface Soak {
  readonly urls: StackAddresses;
  readonly sockets: number;
  /** How long its memory is watched, once it has warmed up. */
  readonly minutes: number;
  readonly seed: number;
  readonly memory: () => Promise<Memory>;
  readonly log: (line: string) => void;
}

interface SoakFigures extends Comparison {
  /** Absent where it was watched too shortly to judge memory by. */
  readonly trends: Readonly<Record<keyof Memory, Trend | undefined>>;
  readonly acknowledged: number;
  /** Requests of the publisher that had to be repeated. */
  readonly repeats: number;
  readonly cuts: number;
  readonly opened: number;
  readonly doubled: number;
  readonly repairs: number;
  readonly resyncs: number;
  readonly unanswered: number;
}

const eventsPerSecond = 8;
/** Of the connections, in a minute. */
const churn = 0.05;
const syncEveryMs = 30_000;
const sampleEveryMs = 5_000;
/** To be added to the minutes: caches and pools fill, and what is called often is compiled. */
const warmUpShare = 0.6;

/** What goes wrong all the while: one post in a hundred, one handshake, and most of what else can. */
const faults = [
  { op: 'post', outcome: 'gone', probability: 0.0005 },
  { op: 'post', outcome: 'throttled', probability: 0.003 },
  { op: 'post', outcome: 'error-after', probability: 0.003 },
  { op: 'post', outcome: 'drop', probability: 0.0035 },
  { op: 'connect', outcome: 'error', probability: 0.01 },
  { op: 'disconnect', outcome: 'lost', probability: 0.05 },
  { op: 'disconnect', outcome: 'double', probability: 0.05 },
  { op: 'disconnect', outcome: 'late', probability: 0.05, delayMs: 20_000 },
  { op: 'commit', outcome: 'conflict', probability: 0.01 },
  { op: 'commit', outcome: 'unknown', probability: 0.01 },
  { op: 'commit', outcome: 'throttled', probability: 0.01 },
  { op: 'deliver', outcome: 'double', probability: 0.02 },
  { op: 'deliver', outcome: 'error', probability: 0.01 },
] as const;

/** Minutes of traffic with churn and faults; at the end everybody has seen everything, and nothing has grown. */
export async function soak(options: Soak): Promise<SoakFigures> {
  const { urls, sockets, minutes, seed, memory, log } = options;
  const local = localApiOf(urls);
  const crowd = await gatherCrowd({ urls, sockets, seed, log, connectsPerSecond: 400 });
  const { followers, publisher } = crowd;
  try {
    await publishToAll(crowd);
    await injectAll(local, seed);
    const began = performance.now();
    const warmAt = began + warmUpShare * minutes * 60_000;
    const until = warmAt + minutes * 60_000;
    const isOver = () => performance.now() >= until;
    const samples: (Memory & { minute: number })[] = [];
    const trendOf = (which: keyof Memory) =>
      memoryTrend(
        samples.filter(({ minute }) => minute >= 0).map(({ minute, [which]: bytes }) => ({ minute, bytes })),
      );
    let cuts = 0;
    const progress = () => {
      const leftSeconds = Math.round((until - performance.now()) / 1000);
      const { acknowledged } = publisher.figures;
      const { live = 0, rss = 0 } = samples.at(-1) ?? {};
      const megabytes = `${(live / 2 ** 20).toFixed(1)} MB live of ${Math.round(rss / 2 ** 20)}`;
      log(`${acknowledged} events, ${cuts} cuts, ${megabytes}, ${leftSeconds} s left`);
    };
    await Promise.all([
      publishUntil(crowd, eventsPerSecond, isOver),
      every(sampleEveryMs, isOver, async () => {
        const minute = (performance.now() - warmAt) / 60_000;
        samples.push({ minute, ...(await memory()) });
      }),
      every(15_000, isOver, async () => progress()),
      every(60_000 / (churn * sockets), isOver, async () => {
        cuts++;
        cutOne(crowd);
      }),
      ...followers.map((one, index) => syncNowAndThen(one, index / sockets, isOver)),
    ]);
    await local.clear();
    log('over; catching up');
    await catchUp(followers);
    const total = (figure: (one: Follower) => number) => followers.reduce((sum, one) => sum + figure(one), 0);
    return {
      ...compare(followers, publisher.ledger),
      trends: { live: trendOf('live'), rss: trendOf('rss') },
      ...publisher.figures,
      cuts,
      opened: total(({ figures }) => figures.opened),
      doubled: total(({ logs }) => [...logs.values()].reduce((sum, log) => sum + log.doubled, 0)),
      repairs: total(({ figures }) => figures.repairs),
      resyncs: total(({ figures }) => figures.resyncs),
      unanswered: total(({ figures }) => figures.unanswered),
    };
  } finally {
    crowd.stop();
  }
}

async function injectAll(local: LocalApi, seed: number): Promise<void> {
  for (const [index, fault] of faults.entries()) await local.inject({ ...fault, seed: seed + index });
}

function cutOne({ followers, random }: Crowd): void {
  const one = followers[Math.floor(random() * followers.length)];
  one?.cut(random() < 0.5 ? 'lost' : 'closed');
}

/** As PROTOCOL.md 3.9 asks, each at its own time. */
async function syncNowAndThen(one: Follower, phase: number, isOver: () => boolean): Promise<void> {
  await pause(phase * syncEveryMs, isOver);
  await every(syncEveryMs, isOver, () => one.sync());
}

async function every(ms: number, isOver: () => boolean, job: () => Promise<void>): Promise<void> {
  while (!isOver()) {
    await job();
    await pause(ms, isOver);
  }
}

/** Waits, but not long past the end. */
async function pause(ms: number, isOver: () => boolean): Promise<void> {
  const until = performance.now() + ms;
  while (performance.now() < until && !isOver()) {
    const napMs = Math.min(500, until - performance.now());
    await new Promise((resolve) => setTimeout(resolve, Math.max(1, napMs)));
  }
}
