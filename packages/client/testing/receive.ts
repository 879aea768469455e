import { longestTimerMs } from '../src/base/clock.ts';
import type { Client } from '../src/client.ts';
import type { AnyEvent, Contract, KindName } from '../src/contract.ts';
import { checkNumber } from '../src/options.ts';
import type { Reset, Topic } from '../src/topics/topic.ts';

/** What came on a topic, for a test to look at. */
export interface Received<T> {
  /** Everything so far, in order. */
  readonly transcript: readonly T[];
  /**
   * Resolves with all that came up to and with the first that fits, also if it came before this call.
   *
   * @throws Error with the transcript, if it has not come in `patienceMs` of real time.
   */
  until(fits: (event: T) => boolean, what?: string): Promise<readonly T[]>;
  /**
   * Resolves when it is certain that nothing came: a ping was answered, and what the server had sent on this
   * connection before it is here. Make sure first that the server has sent what it had to send.
   *
   * @throws Error with the transcript, if anything came since this object was made or last asked.
   */
  nothing(): Promise<void>;
  stop(): void;
}

const defaultPatienceMs = 60_000;

/** Follows a topic and keeps what comes. Only a failure ever waits for a timer. */
export function receive<C extends Contract, K extends KindName<C>>(
  client: Pick<Client<C>, 'ping'>,
  topic: Topic<C, K>,
  { patienceMs = defaultPatienceMs } = {},
): Received<AnyEvent<C> | Reset<C['topics'][K]>> {
  checkNumber('patienceMs', patienceMs, 0);
  type One = AnyEvent<C> | Reset<C['topics'][K]>;
  const transcript: One[] = [];
  const waiting = new Set<() => void>();
  let judged = 0;
  const take = (event: One) => {
    transcript.push(event);
    for (const look of [...waiting]) look();
  };
  const stops = [topic.on('*', take), topic.on('reset', take)];

  return {
    transcript,
    until: (fits, what = 'what was waited for') =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = transcript.findIndex(fits);
          if (found < 0) return;
          done();
          judged = Math.max(judged, found + 1);
          resolve(transcript.slice(0, found + 1));
        };
        const done = () => {
          waiting.delete(look);
          isLate?.removeEventListener('abort', giveUp);
        };
        const giveUp = () => {
          done();
          reject(new Error(`${what} did not come on ${topic.name}. ${printed(transcript)}`));
        };
        // A test may fake every timer, but not this one.
        const isLate = patienceMs > longestTimerMs ? undefined : AbortSignal.timeout(patienceMs);
        isLate?.addEventListener('abort', giveUp);
        waiting.add(look);
        look();
      }),
    async nothing() {
      await client.ping();
      const unexpected = transcript.length > judged;
      judged = transcript.length;
      if (unexpected) throw new Error(`nothing was to come on ${topic.name}. ${printed(transcript)}`);
    },
    stop() {
      for (const stop of stops) stop();
    },
  };
}

function printed(transcript: readonly unknown[]): string {
  const lines = transcript.map((event) => `  ${JSON.stringify(event)}`).join('\n');
  return `What came:\n${lines || '  nothing'}`;
}
