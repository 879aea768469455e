import { InjectedFault } from '../adapters/faulty/plan.ts';
import type { MemoryQueue } from '../adapters/memory/queue.ts';
import { type DeliveryWork, deliverWork } from '../core/deliverWork.ts';
import type { Random } from '../core/ports.ts';
import { type Functions, nameOf } from './functions.ts';
import type { Journal } from './journal.ts';
import type { Scheduler } from './scheduler.ts';

const pollMs = 500;
const mostReceives = 5;

/** Hands the queue's messages to the delivery function, in no order, until each is done or given up. */
export function deliveries({
  queue,
  functions,
  scheduler,
  random,
  journal,
}: {
  readonly queue: MemoryQueue;
  readonly functions: Functions;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly journal: Journal;
}): void {
  const serve = async ({ body, receiveCount, done }: ReturnType<MemoryQueue['receive']>[number]) => {
    const poisoned = (body as { poison?: true }).poison === true;
    const ended = await functions.invoke('deliver', (runtime) =>
      deliverWork(runtime, body as unknown as DeliveryWork),
    );
    if ('value' in ended) return done();
    const error = 'error' in ended ? ended.error : undefined;
    if (error !== undefined && !(error instanceof InjectedFault)) {
      journal.note('report', { what: 'a work unit', error: nameOf(error), expected: poisoned });
    }
    if (receiveCount >= mostReceives) {
      journal.note('dead letter', { poisoned });
      done();
    }
  };
  const poll = () => {
    scheduler.after(pollMs * (0.5 + random.fraction()), poll);
    const due = queue.receive();
    for (const message of due.sort(() => random.fraction() - 0.5)) {
      scheduler.after(random.fraction() * 400, () => void serve(message));
    }
  };
  poll();
}
