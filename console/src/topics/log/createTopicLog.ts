import type { Store, TidingsError } from '@tidings/client';
import type { AnyTopic } from '../kinds.ts';
import { type GivenEvent, type LogEvent, toLogEvent } from './event.ts';
import type { PastPage, ReadPast } from './readPast.ts';

/** A topic as it is looked at. */
export interface TopicLog {
  /** The newest first, each once. */
  readonly events: readonly LogEvent[];
  /** Whether there may be older ones to ask for. */
  readonly more: boolean;
  readonly isReading: boolean;
  /** Why the past could not be read. */
  readonly failure?: Error;
  /** Why it is not followed. */
  readonly refused?: TidingsError;
  readonly isJoined: boolean;
  /** Where it stands; absent until that is known, and where it has no numbers. */
  readonly head?: { readonly epoch: string; readonly seq: number };
}

export interface TopicLogStore extends Store<TopicLog> {
  older(): void;
  /** Reads the newest page again. */
  refresh(): void;
  stop(): void;
}

export interface TopicLogOptions {
  readonly name: string;
  /** What is followed; absent where only the log is read. */
  readonly topic: AnyTopic | undefined;
  /** Absent where nobody may read what was before. */
  readonly readPast: ReadPast | undefined;
  /** Whether the past may be read by who may not follow. */
  readonly readsUnfollowed: boolean;
  readonly now?: () => number;
  /** When listeners are told of what came. @default the next picture */
  readonly later?: (tell: () => void) => void;
}

/** What came live beyond this many is forgotten, and can be read again as the past. */
const maxLive = 500;

const nextPicture = (tell: () => void) => void requestAnimationFrame(tell);

/** What came since it is looked at, above what was before. */
export function createTopicLog(options: TopicLogOptions): TopicLogStore {
  const { name, topic, readPast, readsUnfollowed, now = Date.now, later = nextPicture } = options;
  const listeners = new Set<() => void>();
  let live: LogEvent[] = [];
  let past: readonly LogEvent[] = [];
  let more = false;
  let isReading = false;
  let failure: Error | undefined;
  let refused: TidingsError | undefined = topic?.error;
  let shown: TopicLog = {
    events: [],
    more: false,
    isReading: readPast !== undefined,
    isJoined: topic?.isJoined ?? false,
  };
  let isDue = false;
  let isOver = false;
  /** Which reading counts: what was asked for before a reset does not. */
  let reading = 0;

  function tell() {
    if (isDue || isOver) return;
    isDue = true;
    later(() => {
      isDue = false;
      if (isOver) return;
      shown = show();
      for (const listener of [...listeners]) listener();
    });
  }

  function show(): TopicLog {
    const keys = new Set(live.map(({ key }) => key));
    const newest = live.find(({ seq }) => seq !== undefined) ?? past[0];
    const known = newest?.epoch === undefined ? undefined : { epoch: newest.epoch, seq: newest.seq ?? 0 };
    const head = topic?.position ?? (name.endsWith(':*') ? undefined : known);
    return {
      events: [...live, ...past.filter(({ key }) => !keys.has(key))],
      more,
      isReading,
      ...(failure && { failure }),
      ...(refused && { refused }),
      isJoined: topic?.isJoined ?? false,
      ...(head && { head }),
    };
  }

  function received(given: GivenEvent) {
    live.unshift(toLogEvent(given, name, topic?.position?.epoch, now()));
    if (live.length > maxLive) {
      live = live.slice(0, maxLive);
      // Between these and older ones there would be a hole.
      past = [];
      more = readPast !== undefined;
    }
    tell();
  }

  async function read(before: number | undefined, take: (page: PastPage) => void) {
    if (!readPast) return;
    const mine = ++reading;
    isReading = true;
    failure = undefined;
    tell();
    try {
      const position = topic?.position;
      const page = await readPast({ ...(before !== undefined && { before }), ...(position && { position }) });
      if (mine === reading) take(page);
    } catch (error) {
      if (mine === reading) failure = error as Error;
    }
    if (mine === reading) isReading = false;
    tell();
  }

  const readNewest = () =>
    read(undefined, (page) => {
      past = page.events;
      more = page.more;
    });

  /** Events were missed for good: what came before stands apart from what comes now, and gives way to what is kept. */
  function beginAnew() {
    const former = new Set(live);
    void read(undefined, (page) => {
      live = live.filter((event) => !former.has(event));
      past = page.events;
      more = page.more;
    });
  }

  function joined() {
    refused = undefined;
    if (past.length === 0 && !isReading) void readNewest();
    tell();
  }

  const stops = topic
    ? [
        topic.on('*', received as never),
        topic.on('joined', joined),
        topic.on('snapshot', tell as never),
        topic.on('reset', beginAnew),
        topic.on('error', (error) => {
          refused = error;
          if (readsUnfollowed) void readNewest();
          tell();
        }),
      ]
    : [];
  if (topic?.isJoined) joined();
  else if (!topic || (refused && readsUnfollowed)) void readNewest();

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    getSnapshot: () => shown,
    older() {
      const before = shown.events.findLast(({ seq }) => seq !== undefined)?.seq;
      if (isReading || before === undefined) return;
      void read(before, (page) => {
        past = [...past, ...page.events];
        more = page.more;
      });
    },
    refresh: () => void readNewest(),
    stop() {
      isOver = true;
      for (const stop of stops) stop();
    },
  };
}
