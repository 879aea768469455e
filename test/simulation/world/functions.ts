import { ProtocolError } from '@tidings/protocol';
import { faultyEventBus } from '../../../adapters/faulty/eventBus.ts';
import { Crash, InjectedFault } from '../../../adapters/faulty/plan.ts';
import { faultyQueue } from '../../../adapters/faulty/queue.ts';
import { faultySockets } from '../../../adapters/faulty/sockets.ts';
import { faultyTable } from '../../../adapters/faulty/table.ts';
import { faultyVerifier } from '../../../adapters/faulty/verifier.ts';
import { type RateLimiter, rateLimiter } from '../../../core/api/rateLimit.ts';
import type { EmitRuntime } from '../../../core/delivery/emit.ts';
import { type HeadCache, headCache } from '../../../core/log/headCache.ts';
import {
  type Clock,
  type EventBus,
  type Queue,
  type Random,
  type Sockets,
  type Table,
  type TokenVerifier,
  writeKey,
} from '../../../core/ports.ts';
import type { Settings } from '../../../core/settings.ts';
import { functionTimeoutsMs } from '../../../core/timeouts.ts';
import type { StreamRuntime } from '../../../features/assistant/runStream.ts';
import { streamWork } from '../../../features/assistant/streamWork.ts';
import type { JobRuntime } from '../../../features/jobs/jobKind.ts';
import { jobWorkOf } from '../../../features/jobs/jobWork.ts';
import type { Journal } from '../journal.ts';
import type { WorldFaults } from './faults.ts';
import { shakyModel, shakyTranslator } from './outside.ts';
import type { Scheduler } from './scheduler.ts';
import { app } from './simulatedApp.ts';
import { watchedWindows } from './watchedWindows.ts';

/** What any of the functions works with. */
export type AnyRuntime = JobRuntime & StreamRuntime & EmitRuntime;

/** How an invocation ended: with a value, with an error, or it died and nobody knows how far it got. */
export type Ended<T> =
  | { readonly value: T }
  | { readonly error: unknown }
  | { readonly died: 'crash' | 'time-out' };

export interface Functions {
  /** Runs a function in an execution environment that has nothing else to do. */
  invoke<T>(name: FunctionName, work: (runtime: AnyRuntime) => Promise<T>, about?: object): Promise<Ended<T>>;
}

/** What outlives an invocation: the memory of heads and rates, and a clock that is a little off. */
interface Environment {
  headCache: HeadCache;
  readonly lastSent: AnyRuntime['lastSent'];
  readonly formerRowsOver: Set<string>;
  rates: RateLimiter;
  readonly skewMs: number;
}

export interface World {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly journal: Journal;
  readonly faults: WorldFaults;
  readonly settings: Settings;
  readonly table: Table;
  readonly sockets: Sockets;
  readonly queue: Queue;
  readonly work: { readonly job: Queue; readonly stream: Queue };
  readonly tokens: TokenVerifier;
  readonly bus: EventBus;
  /** By how much a function's clock is off at most, either way. */
  readonly maxSkewMs: number;
}

/** How many idle ones are kept warm. Several, so that what one remembers is often stale. */
const maxIdle = 6;
const coldStarts = 0.1;
/** How long each function may run, as it is deployed; of the reaper's two halves, each as long as both. */
export const timeoutsMs = {
  ...functionTimeoutsMs,
  resume: functionTimeoutsMs.reap,
  work: jobWorkOf(app).workers.timeoutMs,
  stream: streamWork.workers.timeoutMs,
};

export type FunctionName = keyof typeof timeoutsMs;
/** One of its own for each who waits: a promise keeps all of those who wait for it. */
const never = () => new Promise<never>(() => {});

/**
 * Lambda, as far as it can hurt: every call to the world takes a random time there and back, so invocations
 * interleave at each await; one that dies stops where it is, without running its `catch` blocks; and what one
 * leaves undone when it answers stays undone.
 */
export function functions(world: World): Functions {
  const { scheduler, random, journal, maxSkewMs } = world;
  const idle: Environment[] = [];
  let runs = 0;
  const takeEnvironment = (): Environment => {
    const [warm] =
      random.fraction() < coldStarts ? [] : idle.splice(Math.floor(random.fraction() * idle.length), 1);
    return warm ?? freshEnvironment(random, maxSkewMs);
  };

  return {
    invoke<T>(name: FunctionName, work: (runtime: AnyRuntime) => Promise<T>, about: object = {}) {
      const environment = takeEnvironment();
      return new Promise<Ended<T>>((resolve) => {
        const life: Life = { run: `${name} ${runs++}`, over: false, writes: 0, asking: 0, end: () => {} };
        const finish = (ended: Ended<T>) => {
          if (life.over) return;
          life.over = true;
          callOff();
          // One that gave up a question to the database goes on with it in its next request, and lets go then of what it
          // holds meanwhile, such as a turn on a topic. Here it would hold that for ever.
          const isFrozen = life.asking > 0;
          if (!('died' in ended) && !isFrozen && idle.length < maxIdle) idle.push(environment);
          journal.note('run', {
            ...{ fn: name, run: life.run, ...about, writes: life.writes },
            ...outcomeOf(ended),
          });
          resolve(ended);
        };
        const callOff = scheduler.after(timeoutsMs[name], () => finish({ died: 'time-out' }));
        life.end = () => finish({ died: 'crash' });
        work(runtimeOf(world, name, environment, life)).then(
          (value) => finish({ value }),
          (error: unknown) => finish({ error }),
        );
      });
    },
  };
}

interface Life {
  /** Its name in the journal. */
  readonly run: string;
  over: boolean;
  writes: number;
  /** Questions to the database that are under way. */
  asking: number;
  end: () => void;
}

function freshEnvironment(random: Random, maxSkewMs: number): Environment {
  return {
    headCache: headCache(),
    lastSent: new Map(),
    formerRowsOver: new Set(),
    rates: rateLimiter({ perSecond: 20, burst: 40, isNew: true }),
    skewMs: Math.round((random.fraction() * 2 - 1) * maxSkewMs),
  };
}

function outcomeOf<T>(ended: Ended<T>): object {
  if ('value' in ended) return { outcome: 'answered', ...refusalIn(ended.value) };
  if ('died' in ended) return { outcome: ended.died };
  return { outcome: 'failed', error: nameOf(ended.error), planned: isPlanned(ended.error) };
}

/** The code of a refusal, from either API. */
function refusalIn(value: unknown): { refused?: string } {
  const { answer = value } = (value ?? {}) as { answer?: unknown };
  const { type, payload } = (answer ?? {}) as { type?: string; payload?: { code: string } };
  return type === 'error' && payload ? { refused: payload.code } : {};
}

/** A fault that was injected, or what becomes of one that lasts for longer than the product waits. */
export const isPlanned = (error: unknown) =>
  error instanceof InjectedFault || (error instanceof ProtocolError && error.code === 'unavailable');

export const nameOf = (error: unknown) =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

function runtimeOf(world: World, name: string, environment: Environment, life: Life): AnyRuntime {
  const { scheduler, random, faults, journal, settings, tokens } = world;
  const clock: Clock = {
    now: () => scheduler.now() + environment.skewMs,
    wait: (ms) => scheduler.wait(ms),
  };
  const faulty = {
    plan: faults.planFor(name),
    slow: () => scheduler.wait(500 + random.fraction() * 4000),
    crash: () => {
      life.end();
      return never();
    },
  };
  const lag = async (call: () => Promise<unknown>) => {
    await scheduler.wait(1 + random.fraction() * 15);
    const answer = await call();
    await scheduler.wait(random.fraction() * 10);
    return answer;
  };
  const mortal = async (call: () => Promise<unknown>): Promise<unknown> => {
    if (life.over) return never();
    try {
      const answer = await call();
      return life.over ? never() : answer;
    } catch (error) {
      if (life.over || error instanceof Crash) return never();
      throw error;
    }
  };
  const asking = async (call: () => Promise<unknown>): Promise<unknown> => {
    life.asking++;
    try {
      return await mortal(call);
    } finally {
      life.asking--;
    }
  };
  const sender = (queue: Queue) => around(faultyQueue(around(queue, every, lag), faulty), every, mortal);
  const mortalClock = around(clock, ['wait'], mortal);
  const outside = { clock: mortalClock, random, fails: faults.outside };
  const table = watchedWindows(counted(world.table, life), journal, life.run);
  return {
    app,
    settings,
    tokens: around(faultyVerifier(around(tokens, every, lag), faulty), every, mortal),
    random,
    headCache: environment.headCache,
    lastSent: environment.lastSent,
    formerRowsOver: environment.formerRowsOver,
    rates: environment.rates,
    clock: mortalClock,
    table: around(faultyTable(around(table, every, lag), faulty), every, asking),
    sockets: around(faultySockets(around(world.sockets, every, lag), faulty), every, mortal),
    queue: sender(world.queue),
    work: { job: sender(world.work.job), stream: sender(world.work.stream) },
    bus: around(faultyEventBus(around(world.bus, every, lag), faulty), every, mortal),
    translator: shakyTranslator(outside),
    model: shakyModel(outside),
    metrics: { add() {}, flush() {} },
    reporter: {
      report(error, about) {
        const { run } = life;
        journal.note('report', { run, ...about, error: nameOf(error), expected: isPlanned(error) });
      },
    },
  };
}

/**
 * Counts what was really written. How much a user asks for is counted whatever becomes of it, and is no change; nor is
 * a place in line, which is gone when its request is answered.
 */
function counted(table: Table, life: Life): Table {
  return {
    ...table,
    async write(write) {
      const outcome = await table.write(write);
      const isNoChange = /^(RATE|WAIT)#/.test(writeKey(write).pk);
      if (outcome.ok && !('check' in write) && !isNoChange) life.writes++;
      return outcome;
    },
    async transact(writes, token) {
      const outcome = await table.transact(writes, token);
      if (outcome.outcome === 'committed') life.writes++;
      return outcome;
    },
  };
}

const every = [
  'get',
  'getTogether',
  'query',
  'write',
  'transact',
  'post',
  'close',
  'probe',
  'send',
  'verify',
  'put',
];

/** The same port with something around each call of the named methods. */
function around<T extends object>(
  port: T,
  methods: readonly string[],
  wrap: (call: () => Promise<unknown>) => Promise<unknown>,
): T {
  const entries = Object.entries(port).map(([name, method]) => [
    name,
    methods.includes(name) ? (...args: unknown[]) => wrap(() => method(...args)) : method,
  ]);
  return Object.fromEntries(entries) as T;
}
