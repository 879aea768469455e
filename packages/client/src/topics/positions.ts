import type { Clock, Timer } from '../base/clock.ts';
import { isObject, isPosition } from '../base/incoming.ts';
import type { Position } from './sequencer.ts';

/** How far each topic was read, by its name. */
export type Positions = Readonly<Record<string, Position>>;

/**
 * Where positions are kept while the app is not running. It is for an app that also keeps its own state:
 * events after the position are given to it, and the state before is not. A position is saved once its event
 * was given to the listeners or put into an iterator's buffer, whether or not a loop has come to it; who must
 * not miss one when the app dies keeps the position with its own state. Once another user has signed in, none
 * is saved any more.
 */
export interface PositionStorage {
  /** Is asked again before each `save`: other tabs may have saved meanwhile. What is no position, or no JSON, counts as nothing. */
  load(): Positions | undefined | Promise<Positions | undefined>;
  /** Takes the place of all that was saved before. */
  save(positions: Positions): unknown;
}

/** What a client does with the positions that are kept. */
export interface KeptPositions {
  load(): Promise<void>;
  get(topic: string): Position | undefined;
  set(topic: string, position: Position): void;
  /** Saves now what was to be saved soon. */
  flush(): void;
  /** What follows is another user's, and has no place here. */
  end(): void;
}

/** Keeps the positions of one client. `report` is told of a storage that fails. */
export type PositionKeeper = (clock: Clock, report: (error: unknown) => void) => KeptPositions;

/** Keeps positions in a `localStorage` or the like; tabs may share a key. Take one with the user's id in it. */
export function webStoragePositions(
  storage: { getItem(key: string): string | null; setItem(key: string, value: string): void },
  key: string,
): PositionKeeper {
  return keepPositions({
    load: () => JSON.parse(storage.getItem(key) as string) as Positions,
    save: (positions) => storage.setItem(key, JSON.stringify(positions)),
  });
}

/** Keeps positions in a storage of your own. */
export function keepPositions(storage: PositionStorage): PositionKeeper {
  return (clock, report) => keep(storage, clock, report);
}

const saveAfterMs = 1_000;
const maxTopics = 500;

function keep(given: PositionStorage, clock: Clock, report: (error: unknown) => void): KeptPositions {
  let storage: PositionStorage | undefined = given;
  let kept = new Map<string, Position>();
  /** Since the last time that any was saved. */
  let moved = new Map<string, Position>();
  let timer: Timer | undefined;
  let last = Promise.resolve();

  /** One after the other. A storage that is full or forbidden costs a replay, and nothing else. */
  const next = (work: () => Promise<void>) => {
    last = last.then(work).catch(report);
    return last;
  };

  function save() {
    timer?.cancel();
    timer = undefined;
    const to = storage as PositionStorage;
    const news = moved;
    moved = new Map();
    next(async () => {
      // What other tabs have saved stays. The topics that were not heard of for longest are the first to be forgotten.
      const others = (await stored(to)).filter(([topic]) => !news.has(topic));
      await to.save(Object.fromEntries([...others, ...news].slice(-maxTopics)));
    });
  }

  return {
    load: () =>
      next(async () => {
        kept = new Map([...(await stored(storage)), ...kept]);
      }),
    get: (topic) => kept.get(topic),
    set(topic, position) {
      if (!storage) return;
      kept.set(topic, position);
      moved.set(topic, position);
      timer ??= clock.setTimeout(save, saveAfterMs);
    },
    flush() {
      if (timer) save();
    },
    end() {
      if (timer) save();
      storage = undefined;
      kept = new Map();
    },
  };
}

/** What is there of positions. Another program's text is overwritten; a storage that fails is another matter. */
async function stored(storage: PositionStorage | undefined): Promise<[string, Position][]> {
  let found: unknown;
  try {
    found = await storage?.load();
  } catch (error) {
    if ((error as Error | undefined)?.name !== 'SyntaxError') throw error;
  }
  return Object.entries(isObject(found) && !Array.isArray(found) ? found : {}).flatMap(([topic, at]) =>
    isPosition(at) ? [[topic, { epoch: at.epoch, seq: at.seq }]] : [],
  );
}
