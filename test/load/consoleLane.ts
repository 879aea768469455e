import { keepConsoleOpen } from './consoleOpen.ts';
import { type LoadOptions, type LoadReport, notNone, plenty, withStack } from './laneRun.ts';
import { growthOf, leftPerEvent, perKeptFrame } from './pageGrowth.ts';

/**
 * Of fewer, what V8 compiles late, some 200 KB in runs of any length, would be more than what may stay of them all.
 */
const minEvents = 10_000;

/** The console is open in a browser for minutes while much comes, and is at their end as it was. */
export function consoleStaysFlat({ minutes, memory, log }: LoadOptions): Promise<LoadReport> {
  const settings = {
    // Each event in a frame of its own, which fills the ring within the minutes.
    batchMs: 0,
    // All is for one person.
    limits: { messagesPerMinute: 1_000_000, messageBytesPerMinute: 1_000_000_000 },
  };
  return withStack({ memory, settings, quotas: plenty }, async ({ urls }) => {
    const { published, lost, astray, errors, watched } = await keepConsoleOpen({ urls, minutes, log });
    const { before, after, full, kept, keptBytes } = watched;
    const isJudged = watched.events >= minEvents;
    return {
      figures: {
        minutes,
        published,
        'events a second': published / minutes / 60,
        'did not reach the browser': lost,
        'frames kept at the end': kept,
        'others than came': astray,
        'heap, ring emptied': `${megabytes(before.bytes)} MB, at the end ${megabytes(after.bytes)}`,
        'left of an event': `${Math.round(leftPerEvent(watched))} bytes`,
        'heap with the ring': `${megabytes(full.bytes)} MB`,
        'a kept frame': `${Math.round(perKeptFrame(watched))} bytes; as it came ${Math.round(keptBytes / kept)}`,
        'DOM nodes': `${before.nodes}, at the end ${after.nodes}`,
        listeners: `${before.listeners}, at the end ${after.listeners}`,
        memory: isJudged ? 'judged' : `not judged below ${minEvents} events after the warm-up`,
      },
      wrong: [
        ...notNone({ lost, 'kept frames that are not those that came': astray }),
        ...(isJudged ? growthOf(watched) : []),
        ...errors,
      ],
    };
  });
}

const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(2);
