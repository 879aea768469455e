import type { LocalClock } from '../clock.ts';
import type { Rows } from '../database/rows.ts';
import type { TableStream } from '../database/tableStream.ts';
import type { FaultBox } from '../faults.ts';
import type { Functions } from '../functions/functions.ts';
import type { StackDescription } from '../template/readStack.ts';
import type { EventBus } from './eventBus.ts';
import { eventSource } from './eventSource.ts';
import { quietReaper } from './quietReaper.ts';
import { startSchedules } from './schedules.ts';
import type { LocalQueues } from './sqs.ts';
import { streamSource } from './streamSource.ts';

/** What lives on when the stack's wiring is replaced. */
export interface Services {
  readonly clock: LocalClock;
  readonly faults: FaultBox;
  readonly functions: Pick<Functions, 'invoke'>;
  readonly queues: LocalQueues;
  readonly bus: EventBus;
  readonly rows: Rows;
  readonly stream: TableStream | undefined;
  readonly log: (text: string) => void;
}

/** Starts what runs functions without a caller: queues, the table's stream, schedules, the event bus. */
export function startEvents(description: StackDescription, services: Services): { stop(): void } {
  const { clock, faults, functions, queues, bus, rows, stream, log } = services;
  queues.define(description.queues);
  bus.use(description.rules);
  const fromQueues = description.mappings.flatMap((mapping) => {
    const queue = queues.get(mapping.queue);
    const invoke = (event: unknown) => functions.invoke(mapping.functionId, event);
    return queue ? [eventSource({ mapping, queue, invoke, clock, faults, log })] : [];
  });
  const fromStream = description.streamMappings.flatMap((mapping) => {
    const { functionId, givenUp: dead = '' } = mapping;
    const invoke = (event: unknown) => functions.invoke(functionId, event);
    const reader = stream?.reader(functionId);
    const givenUp = queues.get(dead);
    return reader ? [streamSource({ mapping, reader, invoke, givenUp, clock, faults, log })] : [];
  });
  const quiet = quietReaper(description.functions, rows);
  const { rules } = description;
  const schedules = startSchedules({ rules, clock, invoke: functions.invoke, log, quiet });
  return {
    stop() {
      for (const source of [...fromQueues, ...fromStream]) source.stop();
      schedules.stop();
    },
  };
}
