import type { WebSocket } from 'ws';
import type { StackAddresses } from '../support/localStack.ts';
import { handshake, statusOf } from './handshake.ts';
import { localApiOf } from './localApi.ts';

interface LimitRace {
  readonly urls: StackAddresses;
  readonly rounds: number;
  /** What the stack was started with. */
  readonly limit: number;
  readonly onRound?: (round: number) => void;
}

/** How many connect at once. A stack has to run as many invocations at once, or they only stand in line. */
export const racers = 50;

/** What became of the handshakes of one round, by their status: 101 is an open connection. */
type Tally = Readonly<Record<number, number>>;

/** Rounds of simultaneous handshakes of one user each. @returns the rounds whose tally is not the limit and refusals. */
export async function limitRace({ urls, rounds, limit, onRound }: LimitRace): Promise<Tally[]> {
  const tenant = `race-${process.pid}-${Date.now()}`;
  const wrong: Tally[] = [];
  // New execution environments ask for the issuer's keys. Of so many at once a crowded machine may fail some, which says
  // nothing of the limit.
  const warmUp = Array.from({ length: racers }, async (_, n) => {
    const token = await localApiOf(urls).token({ user: `early-${n}`, tenant, roles: ['msp'] });
    return statusOf(urls.wsUrl, token);
  });
  await Promise.all(warmUp);
  for (let round = 1; round <= rounds; round++) {
    const user = `racer-${round}`;
    const token = await localApiOf(urls).token({ user, tenant, roles: ['msp'] });
    const opened: WebSocket[] = [];
    const statuses = await Promise.all(
      Array.from({ length: racers }, () => handshake(urls.wsUrl, token, opened)),
    );
    const tally: Record<number, number> = {};
    for (const status of statuses) tally[status] = (tally[status] ?? 0) + 1;
    if (tally[101] !== limit || tally[429] !== racers - limit) wrong.push(tally);
    for (const socket of opened) socket.terminate();
    onRound?.(round);
  }
  return wrong;
}
