import type { StackAddresses } from '../support/localStack.ts';
import { type Comparison, catchUp, compare } from './compare.ts';
import { createFollower, type Follower } from './follower.ts';
import { type LocalApi, localApiOf } from './localApi.ts';
import { pool } from './pool.ts';
import { createPublisher } from './publisher.ts';
import { seeded } from './seeded.ts';

interface LargeAudience {
  readonly urls: StackAddresses;
  readonly sockets: number;
  readonly events: number;
  /** The chance, 0 to 1, of each way in which a post can fail. */
  readonly chance: number;
  readonly seed: number;
  readonly log?: (line: string) => void;
}

interface AudienceFigures extends Comparison {
  /** Receivers that had every event before they asked for anything. */
  readonly live: number;
  /** Connections that came back because the server had closed them. */
  readonly reopened: number;
  /** Frames that came more than once. */
  readonly doubled: number;
  /** Catch-ups: by a gap, a `resync` or `sync`. */
  readonly repairs: number;
}

const connectionsPerUser = 10;
const atOnce = 40;
const maxDrainMs = 5 * 60_000;
const kinds = ['gone', 'throttled', 'error-after', 'drop'] as const;

/** Publishes to one feed of many connections, with posts that fail in every way, and has all of them catch up. */
export async function largeAudience(options: LargeAudience): Promise<AudienceFigures> {
  const { urls, sockets, events, chance, seed, log = () => {} } = options;
  const local = localApiOf(urls);
  const tenant = `audience-${process.pid}-${Date.now()}`;
  const followers = await gather(options, tenant);
  try {
    log(`${sockets} connections are open`);
    // A connection is not given up as gone before it is a minute old.
    await local.advance(61_000);
    for (const [index, outcome] of kinds.entries()) {
      await local.inject({ op: 'post', outcome, probability: chance, seed: seed + index });
    }
    const publisher = createPublisher(urls, await local.token({ user: 'sender', tenant, roles: ['msp'] }));
    for (let n = 1; n <= events; n++) {
      const payload = (title: string) => ({ to: { tenant: true }, severity: 'info', title });
      await publisher.publish('tenant', 'alert.raise', (tag) => ({ payload: payload(tag) }));
      await drained(local);
      log(`event ${n} of ${events} was sent`);
    }
    await local.clear();
    const live = followers.filter((one) => one.logs.get('tenant')?.seen.length === events).length;
    await catchUp(followers);
    log('all have caught up');
    const total = (figure: (one: Follower) => number) => followers.reduce((sum, one) => sum + figure(one), 0);
    return {
      ...compare(followers, publisher.ledger),
      live,
      reopened: total(({ figures }) => figures.opened) - sockets,
      doubled: total(({ logs }) => logs.get('tenant')?.doubled ?? 0),
      repairs: total(({ figures }) => figures.repairs),
    };
  } finally {
    for (const follower of followers) follower.stop();
  }
}

async function gather({ urls, sockets, seed, log }: LargeAudience, tenant: string): Promise<Follower[]> {
  const local = localApiOf(urls);
  const random = seeded(seed);
  const users = Array.from({ length: Math.ceil(sockets / connectionsPerUser) }, (_, n) => `user-${n}`);
  const tokens = await pool(users, atOnce, (user) => local.token({ user, tenant, roles: ['service'] }));
  const followers = Array.from({ length: sockets }, (_, n) => {
    const userId = users[n % users.length] ?? '';
    const token = tokens[n % users.length] ?? '';
    return createFollower({ wsUrl: urls.wsUrl, userId, token, topics: ['tenant'], random });
  });
  let opened = 0;
  await pool(followers, atOnce, async (one) => {
    await one.start();
    if (++opened % 500 === 0) log?.(`${opened} of ${sockets} connected`);
  });
  return followers;
}

/** Moves time on until the queues are empty: what failed is tried again after seconds. */
async function drained(local: LocalApi): Promise<void> {
  for (const until = performance.now() + maxDrainMs; ; ) {
    await local.advance(1000);
    const { queues } = await local.state();
    const left = Object.values(queues).reduce((sum, { visible, hidden }) => sum + visible + hidden, 0);
    if (left === 0) return;
    if (performance.now() > until) throw new Error(`${left} messages are still in the queues`);
  }
}
