import type { Store } from '@tidings/client';
import { createValue } from '../../base/value.ts';

/** Something that happened with one of many, by its place in the log. */
export interface Happened {
  readonly epoch: string | undefined;
  readonly seq: number | undefined;
  readonly at: number;
  readonly count: number;
}

/** What the log tells of one. */
export interface Past {
  /** The newest first. */
  readonly events: readonly Happened[];
  /** What was before is not known. */
  readonly from: number;
}

/** The last day of one. */
export interface Day {
  /** In parts of a quarter of an hour, the newest last; nothing where it is not known. */
  readonly counts: readonly (number | null)[];
  /** How much time it tells about. */
  readonly knownMs: number;
}

/** How much happened with each of many within the last day; its value grows when there is more to tell. */
export interface Activity extends Store<number> {
  /** Reads what happened with one, and keeps it up. @returns ends the wish, where it was not read yet */
  look(id: string): () => void;
  /** What happens now. */
  add(id: string, happened: Happened): void;
  /** Nothing before it is read. */
  of(id: string, now: number): Day | undefined;
  /** Something may have been missed: whoever is looked at is read again, and shown as it was until then. */
  readAgain(): void;
}

export const dayMs = 24 * 3_600_000;
export const parts = 96;
const partMs = dayMs / parts;
const partAt = (at: number) => Math.floor(at / partMs);
/** So many are read at once: a board may show dozens. */
const maxReading = 2;

interface Known {
  readonly round: number;
  readonly from: number;
  /** Up to here events were read. */
  readonly epoch: string | undefined;
  readonly seq: number;
  readonly counts: Map<number, number>;
}

/** @param read what happened with one within the last day; where it throws, what is known begins now */
export function createActivity(read: (id: string) => Promise<Past>, now = Date.now): Activity {
  const known = new Map<string, Known>();
  const looking = new Map<string, number>();
  /** Those that are being read, with what came meanwhile. */
  const reading = new Map<string, Happened[]>();
  const version = createValue(0);
  let round = 0;
  const tell = () => version.set(version.getSnapshot() + 1);

  function readNext() {
    for (const id of looking.keys()) {
      if (reading.size >= maxReading) return;
      if (!reading.has(id) && known.get(id)?.round !== round) void readOne(id);
    }
  }

  async function readOne(id: string) {
    const came: Happened[] = [];
    const mine = round;
    reading.set(id, came);
    const past = await read(id).catch((): Past => ({ events: [], from: now() }));
    reading.delete(id);
    const [newest] = past.events;
    const { epoch, seq = 0 } = newest ?? {};
    const next: Known = { round: mine, from: past.from, epoch, seq, counts: new Map() };
    for (const one of past.events) count(next, one);
    for (const one of came) if (!isIn(next, one)) count(next, one);
    known.set(id, next);
    tell();
    readNext();
  }

  return {
    subscribe: version.subscribe,
    getSnapshot: version.getSnapshot,
    look(id) {
      looking.set(id, (looking.get(id) ?? 0) + 1);
      readNext();
      return () => {
        const left = (looking.get(id) ?? 1) - 1;
        if (left > 0) looking.set(id, left);
        else looking.delete(id);
      };
    },
    add(id, happened) {
      reading.get(id)?.push(happened);
      const day = known.get(id);
      if (!day || isIn(day, happened)) return;
      count(day, happened);
      tell();
    },
    of(id, at) {
      const day = known.get(id);
      if (!day) return undefined;
      const last = partAt(at);
      const first = last - parts + 1;
      for (const part of day.counts.keys()) if (part < first) day.counts.delete(part);
      const knownFrom = partAt(day.from);
      return {
        counts: Array.from({ length: parts }, (_, part) =>
          first + part < knownFrom ? null : (day.counts.get(first + part) ?? 0),
        ),
        knownMs: Math.min(dayMs, at - day.from),
      };
    },
    readAgain() {
      round++;
      readNext();
    },
  };
}

const isIn = (day: Known, { epoch, seq }: Happened) =>
  epoch === day.epoch && seq !== undefined && seq <= day.seq;

function count({ counts }: Known, { at, count: more }: Happened) {
  counts.set(partAt(at), (counts.get(partAt(at)) ?? 0) + more);
}
