import type { Figures } from './figures.ts';
import { framesOf, openMinutes, quietMinuteUse, type Workload } from './model.ts';
import { billOf, tiered } from './use.ts';

/** Services that deliver by themselves. They keep no log: no order, no replay, no answer and no `sync`. */
export interface Elsewhere {
  /** USD a month, for the connections and what they are sent. */
  readonly month: number;
  /** How long a broadcast takes by its quota. */
  readonly broadcastSeconds: number;
}

const stepBytes = 5 * 1_024;
const stepsOf = ({ bytes }: Pick<Workload, 'bytes'>) => Math.ceil(bytes / stepBytes);

/** Feeds that a connection subscribes to when it opens, as a client's user has. */
const feeds = 3;

/** Messages in, out and of connecting, in steps of 5 KB. Both services count these alike. */
function countedMessages(of: Workload): number {
  const minutes = openMinutes(of);
  const events = minutes * of.connections * of.events;
  // A connection there has no end after two hours: one a day.
  const opened = (minutes / (of.hours * 60)) * of.connections;
  return events * (1 + of.receivers) * stepsOf(of) + opened * (1 + feeds);
}

const minutesOf = (of: Workload) => openMinutes(of) * of.connections;

export const appsyncEvents = (of: Workload, at: Figures): Elsewhere => ({
  month: (countedMessages(of) * at.appsyncOperation + minutesOf(of) * at.appsyncMinute) / 1e6,
  broadcastSeconds: (of.connections * of.together * stepsOf(of)) / at.appsyncOutbound,
});

export const iotCore = (of: Workload, at: Figures): Elsewhere => ({
  month:
    tiered(countedMessages(of), [
      [1e9, at.iotMessage],
      [5e9, at.iotMessageAbove],
      [Number.POSITIVE_INFINITY, at.iotMessageAboveFive],
    ]) +
    (minutesOf(of) * at.iotMinute) / 1e6,
  broadcastSeconds: (of.connections * of.together) / at.iotOutbound,
});

/**
 * From how many events a minute to each connection on the messages here are cheaper than operations of AppSync Events:
 * a connection without events is dearer here, as it asks `sync`, and an event may be cheaper. `undefined`: from none.
 */
export function cheaperHereFrom(of: Workload, batches: boolean, at: Figures): number | undefined {
  const { receivers, together } = of;
  if (receivers === 0) return undefined;
  const quiet = billOf(quietMinuteUse(at), at);
  const quietThere = at.appsyncMinute + ((1 + feeds) * at.appsyncOperation) / (of.hours * 60);
  const event = ((2 + receivers * framesOf(of, batches)) / together / receivers) * at.message;
  const eventThere = ((1 + receivers) / receivers) * stepsOf(of) * at.appsyncOperation;
  const saved = eventThere - event;
  return saved > 0 ? ((quiet.messages + quiet.minutes) * 1e6 - quietThere) / saved : undefined;
}
