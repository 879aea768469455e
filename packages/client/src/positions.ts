import type { Clock, Timer } from './clock.ts';
import type { Position } from './tracker.ts';

/** How far each topic was read, by its name. */
export type Positions = Readonly<Record<string, Position>>;

/**
 * Where positions are kept while the app is not running. It is for an app that also keeps its own state:
 * events after the position are given to it, and the state before is not.
 */
export interface PositionStorage {
  load(): Positions | undefined | Promise<Positions | undefined>;
  save(positions: Positions): unknown;
}

/** Keeps positions in a `localStorage` or the like. Take a key with the user's id in it. */
export function webStoragePositions(
  storage: { getItem(key: string): string | null; setItem(key: string, value: string): void },
  key: string,
): PositionStorage {
  return {
    load: () => JSON.parse(storage.getItem(key) ?? '{}') as Positions,
    save: (positions) => storage.setItem(key, JSON.stringify(positions)),
  };
}

export interface KeptPositions {
  load(): Promise<void>;
  get(topic: string): Position | undefined;
  set(topic: string, position: Position): void;
  /** Saves now what was to be saved soon. */
  flush(): void;
}

const saveAfterMs = 1_000;
const mostTopics = 500;

export function createKeptPositions(
  storage: PositionStorage | undefined,
  clock: Clock,
  report: (error: unknown) => void,
): KeptPositions {
  const kept = new Map<string, Position>();
  let timer: Timer | undefined;

  function save() {
    timer?.cancel();
    timer = undefined;
    // A storage that is full or forbidden costs a replay, and nothing else.
    Promise.resolve()
      .then(() => storage?.save(Object.fromEntries(kept)))
      .catch(report);
  }

  return {
    async load() {
      try {
        for (const [topic, position] of Object.entries((await storage?.load()) ?? {})) {
          if (!kept.has(topic)) kept.set(topic, position);
        }
      } catch (error) {
        report(error);
      }
    },
    get: (topic) => kept.get(topic),
    set(topic, position) {
      if (!storage) return;
      // Behind all others: the topic that was not heard of for longest is the first to be forgotten.
      kept.delete(topic);
      kept.set(topic, position);
      const [oldest] = kept.keys();
      if (kept.size > mostTopics && oldest !== undefined) kept.delete(oldest);
      timer ??= clock.setTimeout(save, saveAfterMs);
    },
    flush() {
      if (timer) save();
    },
  };
}
