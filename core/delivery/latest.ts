import { type EventFrame, wireTopic } from '@tidings/protocol';
import type { Topic, TopicCatalog } from '../topics.ts';
import type { SentEvent } from './batch.ts';

/** An event that goes into a batch, and those that it takes the place of. */
export interface Kept {
  readonly event: SentEvent;
  readonly replaces: readonly Replaced[];
}

/** The place of an event that is left out. */
export interface Replaced {
  readonly topic: string;
  readonly epoch: string;
  readonly seq: number;
}

/** Leaves out the events of which a later one of the same epoch, their topic's last, says that it is about the same. */
export function latestOf(
  { kinds }: TopicCatalog,
  topic: Topic,
  events: readonly SentEvent[],
): readonly Kept[] {
  const kept: { readonly event: SentEvent; readonly replaces: Replaced[] }[] = [];
  const latest = new Map<string, Replaced[]>();
  // What a batch says of those that are left out names one epoch of a topic.
  const epochs = new Map<string, string>();
  for (const event of events.toReversed()) {
    const of = event.topic ?? topic;
    const place = placeOf(of, event);
    if (place && !epochs.has(place.topic)) epochs.set(place.topic, place.epoch);
    const isOfLastEpoch = place && epochs.get(place.topic) === place.epoch;
    const rules = isOfLastEpoch ? kinds.get(of.kind) : undefined;
    const about = rules?.latestPer?.(JSON.parse(event.frame) as EventFrame);
    const name = JSON.stringify([place?.topic, about]);
    const later = about === undefined ? undefined : latest.get(name);
    if (later && place) later.push(place);
    else {
      const replaces: Replaced[] = [];
      if (about !== undefined) latest.set(name, replaces);
      kept.unshift({ event, replaces });
    }
  }
  return kept;
}

/** Only what has a place in a log can be said to be left out. */
const placeOf = (topic: Topic, { epoch, seq }: SentEvent): Replaced | undefined =>
  epoch === undefined || seq === undefined ? undefined : { topic: wireTopic(topic), epoch, seq };

/** What a batch says of those that are left out (PROTOCOL.md 8); nothing, where none is. */
export function skippedText(all: readonly Kept[]): string {
  const skipped: Record<string, { readonly epoch: string; readonly ranges: [number, number][] }> = {};
  const replaced = all.flatMap(({ replaces }) => replaces).toSorted((one, other) => one.seq - other.seq);
  for (const { topic, epoch, seq } of replaced) {
    skipped[topic] ??= { epoch, ranges: [] };
    const { ranges } = skipped[topic];
    const last = ranges.at(-1);
    if (last?.[1] === seq - 1) last[1] = seq;
    else ranges.push([seq, seq]);
  }
  return replaced.length === 0 ? '' : `,"skipped":${JSON.stringify(skipped)}`;
}

/** How many bytes it has at most, of one event. */
export const skippedBytes = ({ replaces }: Kept): number =>
  replaces.reduce(
    (sum, { topic, epoch, seq }) => sum + 2 * `${seq}`.length + 4 + topic.length + epoch.length + 30,
    0,
  );
