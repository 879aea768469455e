import type { ServerFrame } from '@tidings/protocol';

/** How an answer brings one topic up to date: an entry of `hello`'s `subs`, or the payload of `subscribed`. */
export interface CatchUp {
  readonly epoch?: string;
  readonly seq?: number;
  readonly recovered?: boolean;
  readonly events?: readonly ServerFrame[];
  readonly more?: boolean;
}

export interface Position {
  readonly epoch: string;
  readonly seq: number;
}

/** A client's position in one topic, and the events that it has seen, in order and without gaps. */
export interface TopicLog {
  readonly position: Position | undefined;
  /** What the events were, from just after `from` on. */
  readonly seen: readonly string[];
  /** The number just before the first event that was to come. */
  readonly from: number;
  /** How many events wait for one before them. */
  readonly early: number;
  readonly doubled: number;
  /** How often a state came in the place of events that should have been there. */
  readonly resets: number;
  /** A live frame. @returns whether something before it is missing. */
  take(frame: ServerFrame): boolean;
  /** @returns whether there is more to ask for. */
  catchUp(answer: CatchUp): boolean;
}

/** What tells the events of these runs apart: whoever publishes writes a text of its own into each. */
function tagOf({ payload }: ServerFrame): string {
  const { title, body, kind } = payload as { title?: string; body?: string; kind?: string };
  return title ?? body ?? kind ?? '';
}

/** A client that knows nothing of a topic yet. Events that come before its first position are kept. */
export function createTopicLog(): TopicLog {
  let epoch: string | undefined;
  let from = 0;
  let seen: string[] = [];
  const early = new Map<number, string>();
  let doubled = 0;
  let resets = 0;
  const last = () => from + seen.length;

  const drain = () => {
    for (const seq of early.keys()) if (seq <= last()) early.delete(seq);
    for (let next = early.get(last() + 1); next !== undefined; next = early.get(last() + 1)) {
      early.delete(last() + 1);
      seen.push(next);
    }
  };

  const take = (frame: ServerFrame): boolean => {
    const { seq } = frame;
    if (seq === undefined) return false;
    if (epoch !== undefined && frame.epoch !== epoch) return true;
    if (epoch !== undefined && seq <= last()) {
      doubled++;
      return false;
    }
    if (early.has(seq)) doubled++;
    early.set(seq, tagOf(frame));
    if (epoch === undefined) return false;
    drain();
    return early.size > 0;
  };

  return {
    get position() {
      return epoch === undefined ? undefined : { epoch, seq: last() };
    },
    get seen() {
      return seen;
    },
    get from() {
      return from;
    },
    get early() {
      return early.size;
    },
    get doubled() {
      return doubled;
    },
    get resets() {
      return resets;
    },
    take,
    catchUp({ epoch: at, seq = 0, recovered = false, events = [], more = false }) {
      if (at === undefined) return more;
      if (!recovered) {
        if (epoch !== undefined) resets++;
        epoch = at;
        from = seq;
        seen = [];
      }
      for (const event of events) take(event);
      drain();
      return more || early.size > 0;
    },
  };
}
