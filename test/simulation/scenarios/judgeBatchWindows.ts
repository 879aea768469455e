import { type Came, type ExploredWindows, lastPublishers, type Place } from './batchWindows.ts';

/** What is wrong with a run, each as a sentence. */
export function judgeWindows({
  rows,
  came,
  lateFrom,
  lostUntil,
  acknowledged,
  faults,
}: ExploredWindows): readonly string[] {
  const loggedAt = new Map(
    rows
      .filter(({ pk }) => pk.startsWith('LOG#t#orders'))
      .map(({ frame, at }) => [nameOf(JSON.parse(String(frame)) as Place), Number(at)]),
  );
  // Whoever dies after it has committed, or after it has closed a window, leaves events to `sync`.
  const due = acknowledged.filter((event) => (loggedAt.get(nameOf(event)) ?? 0) > lostUntil);
  const wrong: string[] = [];
  for (const [name, frames] of Object.entries(came)) {
    const got = new Set(frames.flatMap(({ events }) => events.map(nameOf)));
    const from = name === 'late' ? lateFrom : 0;
    const missed = due.filter((event) => event.askedAt > from && !got.has(nameOf(event)));
    wrong.push(...missed.map((event) => `${name} was never sent ${nameOf(event)}`));
    wrong.push(...frames.flatMap(unordered).map((what) => `${name} ${what}`));
  }
  if (came.single.some(({ events }) => events.length > 1)) wrong.push('a batch came to who asked for none');
  if (faults === 0 && came.batching.length > maxMessages(came.single)) {
    wrong.push(`${came.single.length} events took ${came.batching.length} messages`);
  }
  return wrong;
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
