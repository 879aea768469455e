import { memoryQueue, type QueuedMessage } from '../../../adapters/memory/queue.ts';
import type { Queue, Random, Value } from '../../../core/ports.ts';
import type { Journal } from '../journal.ts';
import { type AnyRuntime, type FunctionName, type Functions, isPlanned, nameOf } from './functions.ts';
import type { Scheduler } from './scheduler.ts';

export interface EventSource {
  /** The function that serves it, by name. */
  readonly fn: FunctionName;
  /** What becomes of each message of a batch. */
  readonly work: (runtime: AnyRuntime, bodies: readonly Value[]) => readonly Promise<void>[];
  /** How many messages one invocation gets at most. */
  readonly maxBatch: number;
  /** How often a message is handed out before it is given up. */
  readonly maxReceives: number;
  /** After how long a message that is not done is handed out again. */
  readonly visibilityMs: number;
}

export interface EventSourceParts {
  /** The functions send to queues, and the other way round. */
  readonly functions: () => Functions;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly journal: Journal;
}

/** Which events a work unit was to deliver: of one that is not about any, none. */
function eventsIn(body: Value): readonly string[] {
  const { frame } = body as { frame?: string };
  if (frame === undefined) return [];
  const { id, payload } = JSON.parse(frame) as { id?: string; payload?: { frames?: { id?: string }[] } };
  return (payload?.frames ?? [{ id }]).flatMap((one) => one.id ?? []);
}

/** How late a message may be noticed. */
const noticedMs = 700;

/** A queue that hands its messages to a function, in no order, until each is done or given up. */
export function eventSource(
  { fn, work, maxBatch, maxReceives, visibilityMs }: EventSource,
  { functions, scheduler, random, journal }: EventSourceParts,
): Queue & { waiting(): Value[] } {
  const queue = memoryQueue({ clock: scheduler, visibilityMs });
  const serve = async (batch: readonly QueuedMessage[]) => {
    const bodies = batch.map(({ body }) => body);
    const ended = await functions().invoke(fn, (runtime) => Promise.allSettled(work(runtime, bodies)));
    for (const [index, message] of batch.entries())
      end(message, 'value' in ended ? ended.value[index] : undefined);
  };
  const end = ({ body, receiveCount, done }: QueuedMessage, ended?: PromiseSettledResult<void>) => {
    const poisoned = (body as { poison?: true }).poison === true;
    if (ended?.status === 'fulfilled') return done();
    const error = ended?.reason;
    if (error !== undefined && !isPlanned(error)) {
      journal.note('report', { what: `${fn}, from its queue`, error: nameOf(error), expected: poisoned });
    }
    if (receiveCount < maxReceives) return lookIn(visibilityMs);
    journal.note('dead letter', { fn, poisoned, events: eventsIn(body) });
    done();
  };
  const lookIn = (ms: number) => void scheduler.after(ms + random.fraction() * noticedMs, look);
  const look = () => {
    const messages = queue.receive().sort(() => random.fraction() - 0.5);
    while (messages.length > 0) {
      const batch = messages.splice(0, 1 + Math.floor(random.fraction() * maxBatch));
      scheduler.after(random.fraction() * 400, () => void serve(batch));
    }
  };
  return {
    async send(bodies, delayMs = 0) {
      await queue.send(bodies, delayMs);
      lookIn(Math.ceil(delayMs / 1000) * 1000);
    },
    waiting: queue.waiting,
  };
}
