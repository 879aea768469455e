import type { Key } from '../../ports.ts';
import { again, retry } from '../../retry.ts';
import type { Runtime } from '../../runtime.ts';
import { settleAll } from '../../settleAll.ts';
import type { Topic } from '../../topics.ts';
import type { Reader } from '../audience.ts';
import type { SentEvent } from '../batch.ts';
import { closeWindow, type Entry, enterWindow, type HeldWindow } from './batchWindow.ts';
import type { Apart } from './leaversOfAll.ts';

/** What is gathered in a window, and for whom. */
export interface BatchWindow extends Entry {
  /** What those who get it follow. */
  readonly topic: Topic;
  readonly key: Key;
  /** Reads all that was committed from there on. */
  readonly eventsFrom: (from: number) => Promise<readonly SentEvent[]>;
  /** Reads who gets it. */
  readonly readers: () => Promise<readonly Reader[]>;
  /** Reads who gets something of it besides these, who were read before. */
  readonly apart?: (events: readonly SentEvent[], readers: readonly Reader[]) => Promise<readonly Apart[]>;
}

/** How events are posted. */
interface Posting {
  /** Those of the window. */
  readonly gathered: (events: readonly SentEvent[], to: readonly Reader[]) => Promise<void>;
  /** The own ones by themselves, to whom they are for. */
  readonly own: () => Promise<void>;
}

/**
 * Sends events together with those that others publish in the same moment. Whoever opens the window waits for its end,
 * and sends what was committed in it; all others are done at once.
 *
 * Each step is after the one before, and all reads are strong: committed, then seen to be open; closed, then read. So an
 * event whose publisher saw the window open is found by its holder, or by whoever takes it over.
 */
export async function throughWindow(runtime: Runtime, window: BatchWindow, post: Posting): Promise<void> {
  const entered = await enterWindow(runtime, window.key, window).catch(() => 'none' as const);
  if (entered === 'none') return post.own();
  if (entered === 'joined') return;
  await runtime.clock.wait(entered.until - runtime.clock.now());
  const from = await closed(runtime, window, entered);
  if (from === undefined) return entered.isUnsure ? post.own() : undefined;
  // It is closed, so nobody else sends what is in it.
  const persistently = <T>(read: () => Promise<T>) => retry(runtime, () => read().catch(again));
  const [events, readers] = await Promise.all([
    persistently(() => window.eventsFrom(from)),
    persistently(window.readers),
  ]);
  const others = async () => {
    const all = await persistently(async () => window.apart?.(events, readers) ?? []);
    await settleAll(all.map(({ reader, events: theirs }) => post.gathered(theirs, [reader])));
  };
  await settleAll([post.gathered(events, readers), others()]);
}

/**
 * Closes it, however often. Where no answer says from where on, it is sent from where others may have lowered it to; one
 * that was perhaps not opened, from the own events on.
 *
 * @returns where it begins; nothing where another one sends it.
 */
async function closed(
  runtime: Runtime,
  { key, reach }: BatchWindow,
  held: HeldWindow,
): Promise<number | undefined> {
  let isUnsure = false;
  const close = () =>
    closeWindow(runtime, key, held).catch((error) => {
      isUnsure = true;
      return again(error);
    });
  const from = await retry(runtime, close).catch(() => 'lost' as const);
  if (typeof from === 'number') return from;
  if (from === 'taken' && !isUnsure) return undefined;
  return held.isUnsure && !isUnsure ? held.from : Math.max(0, held.from - reach);
}
