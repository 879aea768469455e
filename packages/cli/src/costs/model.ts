import type { Figures } from './figures.ts';
import { sum, times, type Use, use } from './use.ts';

/** What people do with an app. */
export interface Workload {
  /** Open at a time. */
  readonly connections: number;
  /** Events that each connection causes in a minute. */
  readonly events: number;
  /** Other connections that get each event. */
  readonly receivers: number;
  /** How many events one change has: they are committed, and go out, together. */
  readonly together: number;
  /** Of one event, as a frame. */
  readonly bytes: number;
  /** A day on which the connections are open. */
  readonly hours: number;
}

/** What the engine and its client do, so far as it costs something. `test/costsModel.test.ts` holds these against them. */
export const engine = {
  /** Write and read units, as docs/costs.md has them. */
  units: {
    connect: { writes: 6, reads: 3 },
    disconnect: { writes: 6, reads: 0 },
    hello: { writes: 3, reads: 4 },
    /** The asker's row, and the heads of three topics: a client's user who follows its feeds. */
    sync: { writes: 0, reads: 4 },
    reaper: { writes: 0, reads: 10 },
  },
  /** Of a change: the topic's head and the memory of its request, each written in a transaction. */
  changeWrites: 4,
  /** Of each event: its row in the log. */
  eventWrites: 2,
  /** Of a change: the asker's row, and those who follow all topics of the kind. The audience comes on top. */
  changeReads: 2,
  batchBytes: 30_000,
  /** A batch window: how long it is, and what opening it and closing it writes. */
  batchMs: 80,
  windowWrites: 2,
  /** Of a batch, besides its frames and a comma after each. */
  batchFrameBytes: 59,
  /** Of an event's row in the log, besides its frame. */
  logRowBytes: 150,
  syncSeconds: 60,
  /** How old a connection becomes, on average. */
  rotateSeconds: 100 * 60,
  /** Larger audiences are left to the queue, in units of so many connections. */
  maxAtOnce: 250,
  unitSize: 500,
  parallelPosts: 64,
  /** Connections of the function that serves the queue, over which all its units post. */
  deliveryLanes: 128,
} as const;

const daysInMonth = 30;
/** Queues that Lambda asks for work all the time, each with five requests of 20 seconds at a time. */
const queues = 3;
const pollsPerQueue = (5 * daysInMonth * 86_400) / 20;
/** A function of 1,769 MB has a core: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const gbPerCore = 1.769;
const bytesPerRead = 4_096;
const bytesPerWrite = 1_024;

/** How many messages the events of one change are to one reader. */
export function framesOf(
  { together, bytes }: Pick<Workload, 'together' | 'bytes'>,
  batches: boolean,
): number {
  const fit = Math.floor((engine.batchBytes - engine.batchFrameBytes) / (bytes + 1));
  return batches ? Math.ceil(together / Math.max(1, fit)) : together;
}

/** What becomes of the changes of a topic where batch windows gather them, each as a part of a change. */
interface Windows {
  /** Messages to each reader. */
  readonly frames: number;
  /** Windows that are opened. */
  readonly opened: number;
  /** Looks whether one is open. */
  readonly looks: number;
}

/**
 * What batch windows make of the changes of a topic that somebody causes and `receivers` others follow, who all cause as
 * many. Changes come at random times. One that comes within a window's length of the one before opens a window or is
 * gathered in one that is open; others are sent at once.
 */
export function windowsOf(of: Pick<Workload, 'events' | 'receivers' | 'together' | 'bytes'>): Windows {
  const { events, receivers, together, bytes } = of;
  const alone = framesOf(of, true);
  // Changes in the time of a window.
  const inWindow = ((((receivers + 1) * events) / together / 60) * engine.batchMs) / 1_000;
  const looks = 1 - Math.exp(-inWindow);
  // Each window holds, beside its opener's, as many as come in its time; all others go alone or open one.
  const opened = looks / (1 + inWindow);
  const full = (together * (bytes + 1)) / (engine.batchBytes - engine.batchFrameBytes);
  return { frames: Math.max(full, alone * (1 - looks + opened)), opened, looks };
}

/** How long a function takes for a post, while it has as many under way as it may. */
const postSeconds = (lanes: number, memoryGb: number, at: Figures): number =>
  Math.max(at.postMs / lanes, (at.postCpuMs * gbPerCore) / memoryGb) / 1_000;

/** The one that serves the delivery queue has several units at once. */
export const deliverySeconds = (at: Figures): number =>
  postSeconds(engine.deliveryLanes, at.deliveryMemoryGb, at);

/** An invocation: it computes with the share of a core that comes with its memory, and waits. */
const called = (cpuMs: number, memoryGb: number, at: Figures): Use =>
  use({ invocations: 1, gbSeconds: (cpuMs * gbPerCore + at.waitMs * memoryGb) / 1_000 });

/** One change, from the request to the posts: its frame, its answer, and its events to each receiver. */
export function changeUse(
  of: Pick<Workload, 'together' | 'bytes' | 'receivers'>,
  batches: boolean,
  at: Figures,
  { frames, opened, looks }: Windows = { frames: framesOf(of, batches), opened: 0, looks: 0 },
): Use {
  const posts = of.receivers * frames;
  const units = posts > engine.maxAtOnce ? frames * Math.ceil(of.receivers / engine.unitSize) : 0;
  const logUnits = Math.ceil((of.bytes + engine.logRowBytes) / bytesPerWrite);
  return sum(
    use({
      messages: 2,
      writes:
        engine.changeWrites + engine.eventWrites * of.together * logUnits + engine.windowWrites * opened,
      // Whoever holds a window reads the log, and the audience again.
      reads: engine.changeReads + (1 + opened) * audienceReads(of.receivers, at) + looks + opened,
    }),
    called(at.changeCpuMs, at.memoryGb, at),
    // Each unit is sent, received and deleted: three requests at most, and at most one invocation.
    use({ messages: posts, invocations: units, queueRequests: 3 * units }),
    use({
      gbSeconds:
        units > 0
          ? posts * deliverySeconds(at) * at.deliveryMemoryGb
          : posts * postSeconds(engine.parallelPosts, at.memoryGb, at) * at.memoryGb,
    }),
  );
}

/** One of many changes, of which some come together. */
export const usualChangeUse = (of: Workload, batches: boolean, at: Figures): Use =>
  changeUse(of, batches, at, batches ? windowsOf(of) : undefined);

export const audienceReads = (receivers: number, at: Figures): number =>
  Math.max(1, Math.ceil((receivers * at.subscriberBytes) / bytesPerRead));

/** A connection's begin: the function that judges its token, `$connect`, and `hello` with its answer. */
export const openUse = (at: Figures): Use =>
  sum(
    called(at.authorizeCpuMs, at.memoryGb, at),
    use(engine.units.connect),
    called(at.connectCpuMs, at.memoryGb, at),
    asked(engine.units.hello, at),
  );

export const endUse = (at: Figures): Use =>
  sum(use(engine.units.disconnect), called(at.disconnectCpuMs, at.disconnectMemoryGb, at));

/** A frame and its answer. */
const asked = (units: Partial<Use>, at: Figures): Use =>
  sum(use({ ...units, messages: 2 }), called(at.askCpuMs, at.memoryGb, at));

/** What a connection costs in a minute in which nothing happens: `sync`, and its part of being replaced by another. */
export const quietMinuteUse = (at: Figures): Use =>
  sum(
    use({ minutes: 1 }),
    times(60 / engine.syncSeconds, asked(engine.units.sync, at)),
    times(60 / engine.rotateSeconds, sum(openUse(at), endUse(at))),
  );

/** A month with nobody there. */
export const emptyUse = (at: Figures): Use =>
  sum(
    use({ queueRequests: queues * pollsPerQueue }),
    times(daysInMonth * 1_440, sum(use(engine.units.reaper), called(at.reapCpuMs, at.memoryGb, at))),
  );

const changesPerMinute = ({ connections, events, together }: Workload) => (connections * events) / together;

/** All that a workload does in some minutes in which its connections are open. */
export const minutesUse = (minutes: number, of: Workload, batches: boolean, at: Figures): Use =>
  sum(
    times(minutes * of.connections, quietMinuteUse(at)),
    times(minutes * changesPerMinute(of), usualChangeUse(of, batches, at)),
  );

export const openMinutes = ({ hours }: Pick<Workload, 'hours'>): number => daysInMonth * hours * 60;

export const monthUse = (of: Workload, batches: boolean, at: Figures): Use =>
  sum(emptyUse(at), minutesUse(openMinutes(of), of, batches, at));

/** Requests of clients a second: a connect and its `hello`, `sync`, and changes. */
export const askedPerSecond = (of: Workload): number =>
  (2 * of.connections) / engine.rotateSeconds +
  of.connections / engine.syncSeconds +
  changesPerMinute(of) / 60;

/** All requests a second that the account's quota is for: those of clients, and posts. Answers are none. */
export const requestsPerSecond = (of: Workload, batches: boolean): number =>
  askedPerSecond(of) +
  (changesPerMinute(of) * of.receivers * (batches ? windowsOf(of).frames : framesOf(of, false))) / 60;

/** How long something takes, and what makes it as long. */
export interface Seconds {
  readonly seconds: number;
  readonly bound: 'quota' | 'functions' | 'audience';
}

/** One change, to all connections as one topic's audience. */
export function broadcast(of: Workload, batches: boolean, at: Figures): { use: Use } & Seconds {
  const all = { ...of, receivers: of.connections };
  const posts = all.receivers * framesOf(all, batches);
  const each: readonly Seconds[] = [
    { bound: 'quota', seconds: posts / at.requests },
    { bound: 'functions', seconds: (posts * deliverySeconds(at)) / at.deliveryConcurrency },
    { bound: 'audience', seconds: audienceReads(all.receivers, at) / at.partitionReads },
  ];
  const slowest = each.reduce((most, one) => (one.seconds > most.seconds ? one : most));
  return { use: changeUse(all, batches, at), ...slowest };
}

/** All connections are lost at once, and come again. */
export const storm = ({ connections }: Workload, at: Figures): { use: Use; seconds: number } => ({
  use: times(connections, sum(endUse(at), openUse(at))),
  // Each also says hello.
  seconds: Math.max(connections / at.newConnections, (2 * connections) / at.requests),
});
