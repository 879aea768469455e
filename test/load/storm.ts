import type { StackAddresses } from '../support/localStack.ts';
import { type Comparison, catchUp, compare } from './compare.ts';
import { type Crowd, gatherCrowd } from './crowd.ts';
import { publishUntil } from './traffic.ts';

interface Storm {
  readonly urls: StackAddresses;
  readonly sockets: number;
  /** What the gateway was told to allow. */
  readonly connectsPerSecond: number;
  readonly seed: number;
  readonly log: (line: string) => void;
}

interface StormFigures extends Comparison {
  readonly acknowledged: number;
  readonly attempts: number;
  readonly resumed: number;
  readonly seconds: number;
  /** In the second with the most of them. */
  readonly maxAttempts: number;
  readonly maxOpened: number;
  /** Handshakes that succeeded before the gateway's bucket could have let them in. */
  readonly early: number;
}

/** All sockets die at once while somebody publishes, and all come back. */
export async function storm({ urls, sockets, connectsPerSecond, seed, log }: Storm): Promise<StormFigures> {
  const attempts: number[] = [];
  const opened: number[] = [];
  const crowd = await gatherCrowd({
    ...{ urls, seed, log, sockets, connectsPerSecond },
    onAttempt: () => attempts.push(performance.now()),
    onOpened: () => opened.push(performance.now()),
  });
  try {
    return await killAll(crowd, { attempts, opened, connectsPerSecond, log });
  } finally {
    crowd.stop();
  }
}

async function killAll(
  crowd: Crowd,
  times: { attempts: number[]; opened: number[] } & Pick<Storm, 'connectsPerSecond' | 'log'>,
): Promise<StormFigures> {
  const { followers, publisher } = crowd;
  const { attempts, opened, connectsPerSecond, log } = times;
  attempts.length = 0;
  opened.length = 0;
  let isOver = false;
  const publishing = publishUntil(crowd, 5, () => isOver);
  const killedAt = performance.now();
  for (const follower of followers) follower.cut('lost');
  log(`${followers.length} sockets were killed`);
  const watch = setInterval(() => log(`${opened.length} of ${followers.length} are back`), 5000);
  await Promise.all(followers.map((one) => one.opened()));
  clearInterval(watch);
  const seconds = (performance.now() - killedAt) / 1000;
  isOver = true;
  await publishing;
  log('all are back; catching up');
  await catchUp(followers);
  return {
    ...compare(followers, publisher.ledger),
    acknowledged: publisher.figures.acknowledged,
    attempts: attempts.length,
    resumed: followers.filter((one) => one.figures.opened >= 2).length,
    seconds,
    maxAttempts: maxInASecond(attempts),
    maxOpened: maxInASecond(opened),
    early: earlyOf(opened, killedAt, connectsPerSecond),
  };
}

/** A full bucket lets one second's worth in at once, and then so many a second; whatever is slow only makes it later. */
function earlyOf(opened: readonly number[], fromMs: number, perSecond: number): number {
  return opened.filter((time, index) => index + 1 > perSecond * (1 + (time - fromMs) / 1000)).length;
}

/** The most of these times that any one second holds. */
function maxInASecond(timesMs: readonly number[]): number {
  let max = 0;
  let first = 0;
  for (const [index, time] of timesMs.entries()) {
    while ((timesMs[first] ?? time) <= time - 1000) first++;
    max = Math.max(max, index - first + 1);
  }
  return max;
}
