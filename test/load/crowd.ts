import type { StackAddresses } from '../support/localStack.ts';
import { createFollower, type Follower } from './follower.ts';
import { type LocalApi, localApiOf } from './localApi.ts';
import { pool } from './pool.ts';
import { createPublisher, type Publisher } from './publisher.ts';
import { seeded } from './seeded.ts';

interface CrowdOptions {
  readonly urls: StackAddresses;
  readonly sockets: number;
  readonly seed: number;
  /** The gateway refuses more, so no more are begun. */
  readonly connectsPerSecond: number;
  readonly log: (line: string) => void;
  readonly onAttempt?: () => void;
  readonly onOpened?: () => void;
  /** Where its tokens come from. @default the stack's own issuer */
  readonly tokenOf?: LocalApi['token'];
}

/** Many connections of one tenant, each with a client, a room and its own feed, and somebody who publishes to them. */
export interface Crowd {
  readonly tenant: string;
  readonly followers: readonly Follower[];
  readonly publisher: Publisher;
  readonly random: () => number;
  /** What can be published to. */
  readonly clients: readonly string[];
  readonly rooms: readonly string[];
  stop(): void;
}

const connectionsPerUser = 5;
/** How many connections share a room, or a client. */
const inARoom = 20;

export async function gatherCrowd(options: CrowdOptions): Promise<Crowd> {
  const { urls, sockets, seed, connectsPerSecond, log, onAttempt, onOpened } = options;
  const { tokenOf = localApiOf(urls).token } = options;
  const random = seeded(seed);
  const tenant = `crowd-${process.pid}-${Date.now()}`;
  const names = (what: string) =>
    Array.from({ length: Math.ceil(sockets / inARoom) }, (_, n) => `${what}${n}`);
  const [clients, rooms] = [names('client'), names('room')];
  const users = Array.from({ length: Math.ceil(sockets / connectionsPerUser) }, (_, n) => `user${n}`);
  const people = await pool(users, 20, async (userId) => {
    const client = clients[Math.floor(random() * clients.length)] ?? '';
    const person = { user: userId, tenant, roles: ['client'], clients: [client] } as const;
    const token = await tokenOf({ ...person, expiresIn: '1d' });
    return { userId, client, token };
  });
  const followers = Array.from({ length: sockets }, (_, n) => {
    const { userId, client, token } = people[n % people.length] ?? { userId: '', client: '', token: '' };
    const room = rooms[Math.floor(random() * rooms.length)];
    const topics = ['user:me', 'tenant', `client:${client}`, `room:${room}`];
    const heard = { ...(onAttempt && { onAttempt }), ...(onOpened && { onOpened }) };
    return createFollower({ wsUrl: urls.wsUrl, userId, token, topics, random, ...heard });
  });
  const msp = await tokenOf({ user: 'publisher', tenant, roles: ['msp', 'service'], expiresIn: '1d' });
  await connectAll(followers, connectsPerSecond, log);
  const stop = () => {
    for (const follower of followers) follower.stop();
  };
  return { tenant, followers, publisher: createPublisher(urls, msp), random, clients, rooms, stop };
}

async function connectAll(
  followers: readonly Follower[],
  connectsPerSecond: number,
  log: (line: string) => void,
): Promise<void> {
  let opened = 0;
  const everyMs = 1000 / connectsPerSecond;
  let nextAt = performance.now();
  await pool(followers, 20, async (one) => {
    nextAt = Math.max(nextAt + everyMs, performance.now());
    await new Promise((resolve) => setTimeout(resolve, nextAt - performance.now()));
    await one.start();
    if (++opened % 250 === 0) log(`${opened} of ${followers.length} connected`);
  });
}
