import { iterate } from '../base/iterate.ts';
import type { AnyEvent, Contract, KindName } from '../contract.ts';
import { checkNumber } from '../options.ts';
import type { Reset, Topic } from './topic.ts';

/** How a topic is iterated over. */
export interface IterationOptions {
  /** Ends the iteration, without an error. */
  readonly signal?: AbortSignal;
  /** How many events may wait to be read; `Infinity`: all that memory holds. @default 1000 */
  readonly maxBuffered?: number;
}

const defaultBuffered = 1_000;

/**
 * All events and resets of a topic, from when the first one is asked for.
 *
 * @example
 * for await (const event of events(client.topic('room', 'lobby'))) show(event);
 * @throws TidingsError a refusal; `overflow`; `closed`
 */
export function events<C extends Contract, K extends KindName<C>>(
  topic: Topic<C, K>,
  { signal, maxBuffered = defaultBuffered }: IterationOptions = {},
): AsyncGenerator<AnyEvent<C> | Reset<C['topics'][K]>, void> {
  checkNumber('maxBuffered', maxBuffered, 1);
  return iterate(
    (onValue, onError) => {
      const stops = [
        topic.on('*', onValue),
        topic.on('reset', onValue),
        topic.on('error', onError),
        topic.on('closed', onError),
      ];
      // It may be that nothing comes any more, and nobody says so again.
      topic.joined().catch(onError);
      return () => {
        for (const stop of stops) stop();
      };
    },
    maxBuffered,
    signal,
  );
}
