import type { StackAddresses } from '../support/localStack.ts';
import { frameFuzz, refFuzz, topicFuzz } from './fuzz/frames.ts';
import { type Fuzz, fuzzRun } from './fuzz/fuzzRun.ts';
import { claimFuzz, handshakeFuzz, originFuzz } from './fuzz/handshakes.ts';
import { socketFuzz } from './fuzz/socketFrames.ts';
import { tokenFuzz } from './fuzz/tokens.ts';
import { keyFuzz } from './fuzz/topics.ts';
import { wireFuzz } from './fuzz/wire.ts';
import { localApiOf } from './localApi.ts';

interface FuzzAll {
  /** A stack with no limit of frames a second. */
  readonly urls: StackAddresses;
  readonly seed: number;
  /** How many inputs in all. */
  readonly inputs: number;
  readonly log?: (line: string) => void;
}

/** Of each hundred inputs. */
const shares = {
  frames: 35,
  topics: 8,
  refs: 8,
  keys: 15,
  tokens: 12,
  claims: 5,
  handshakes: 7,
  origins: 6,
  wire: 2,
  socket: 2,
} as const;

/** Sends every API what nobody should send. @returns what each kind came to, and all that failed. */
export async function fuzzAll({ urls, seed, inputs, log }: FuzzAll): Promise<{
  counts: Record<string, number>;
  failures: string[];
}> {
  const tenant = `fuzz-${process.pid}-${Date.now()}`;
  const token = await localApiOf(urls).token({ user: 'fuzz', tenant, roles: ['msp'], expiresIn: '1d' });
  const counts: Record<string, number> = {};
  const failures: string[] = [];
  const run = async <T>(fuzz: Fuzz<T>, share: number): Promise<void> => {
    const own = Math.max(1, Math.round((inputs * share) / 100));
    counts[fuzz.what] = own;
    const failed = await fuzzRun(fuzz, { seed, inputs: own, ...(log && { log }) });
    for (const failure of failed) log?.(failure);
    failures.push(...failed);
  };
  await run(frameFuzz, shares.frames);
  await run(topicFuzz, shares.topics);
  await run(refFuzz, shares.refs);
  await run(keyFuzz, shares.keys);
  await run(tokenFuzz, shares.tokens);
  await run(claimFuzz, shares.claims);
  await run(handshakeFuzz, shares.handshakes);
  await run(originFuzz, shares.origins);
  await run(wireFuzz(urls, token), shares.wire);
  await run(socketFuzz(urls.wsUrl, token), shares.socket);
  return { counts, failures };
}
