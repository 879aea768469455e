import type { Event } from '../oracle/evidence.ts';
import { readWindows } from '../oracle/windows.ts';
import { type Came, type ExploredWindows, lastPublishers, type Place, writeMs } from './batchWindows.ts';

/** What is wrong with a run, each as a sentence; and how many events of the topics somebody left to `sync` who died. */
export function judgeWindows(run: ExploredWindows): {
  readonly wrong: readonly string[];
  readonly excused: number;
} {
  const { came, lateFrom, acknowledged, faults, followed } = run;
  const leftToSync = readLeftToSync(run);
  const own = followed === 'orders:*' ? 'kind' : 'topic';
  const isExcused = (name: string, event: Acknowledged) => {
    // Who understands no batches gets nothing out of a window.
    if (name === 'single') return false;
    if (name === 'staff') return leftToSync.kind.has(event);
    return leftToSync[own].has(event) || (name === 'changing' && leftToSync.kind.has(event));
  };
  const wrong: string[] = [];
  for (const [name, frames] of Object.entries(came)) {
    const got = new Set(frames.flatMap(({ events }) => events.map(nameOf)));
    const from = name === 'late' ? lateFrom : 0;
    const missed = acknowledged.filter((event) => event.askedAt > from && !got.has(nameOf(event)));
    const due = missed.filter((event) => !isExcused(name, event));
    wrong.push(...due.map((event) => `${name} was never sent ${nameOf(event)}`));
    wrong.push(...frames.flatMap(unordered).map((what) => `${name} ${what}`));
  }
  if (came.single.some(({ events }) => events.length > 1)) wrong.push('a batch came to who asked for none');
  if (faults === 0 && came.batching.length > maxMessages(came.single)) {
    wrong.push(`${came.single.length} events took ${came.batching.length} messages`);
  }
  return { wrong, excused: leftToSync[own].size };
}

type Acknowledged = ExploredWindows['acknowledged'][number];

/** What was left to somebody who died after closing its window, or whose window nobody took over. */
function readLeftToSync({ rows, lines, skewMs, acknowledged }: ExploredWindows) {
  const events = new Map(
    rows
      .filter(({ pk }) => pk.startsWith('LOG#t#orders'))
      .map(({ frame }) => JSON.parse(String(frame)) as Event)
      .map((event) => [nameOf(event), event]),
  );
  const leftTo = readWindows({ lines, skewMs });
  const left = { topic: new Set<Acknowledged>(), kind: new Set<Acknowledged>() };
  for (const place of acknowledged) {
    const event = events.get(nameOf(place));
    if (!event) continue;
    const to = leftTo(`t/${place.topic}`, event, place.askedAt, place.answeredAt + writeMs);
    for (const which of ['topic', 'kind'] as const) {
      if (to[which].to === 'a broken one') left[which].add(place);
    }
  }
  return left;
}

const nameOf = ({ topic, seq }: Place) => `${topic} ${seq}`;

function unordered({ events }: Came): string[] {
  const reached = new Map<string, number>();
  return events.flatMap((event) => {
    const { topic, seq } = event;
    const before = reached.get(topic) ?? 0;
    reached.set(topic, seq);
    return seq > before ? [] : [`got ${nameOf(event)} after ${before} in one frame`];
  });
}

/** A window takes 80 ms, and the first event of each burst goes at once. */
function maxMessages(single: readonly Came[]): number {
  const times = single.map(({ at }) => at);
  const spanMs = Math.max(...times.slice(0, -lastPublishers)) - Math.min(...times);
  return 3 + Math.ceil(spanMs / 80) + lastPublishers;
}
