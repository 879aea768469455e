import { type Came, type ExploredWindows, lastPublishers } from './batchWindows.ts';

/** What is wrong with a run, each as a sentence. */
export function judgeWindows({
  rows,
  came,
  lateFrom,
  lostUntil,
  acknowledged,
  faults,
}: ExploredWindows): readonly string[] {
  const logged = rows
    .filter(({ pk }) => pk.startsWith('LOG#t#orders'))
    .map(({ frame, at }) => ({ at: Number(at), seq: (JSON.parse(String(frame)) as { seq: number }).seq }));
  // Whoever dies after it has committed, or after it has closed a window, leaves events to `sync`.
  const due = logged.filter(({ seq, at }) => acknowledged.includes(seq) && at > lostUntil);
  const wrong: string[] = [];
  for (const [name, frames] of Object.entries(came)) {
    const got = new Set(frames.flatMap(({ seqs }) => seqs));
    const from = name === 'late' ? lateFrom : 0;
    const missed = due.filter(({ seq }) => seq > from && !got.has(seq));
    wrong.push(...missed.map(({ seq }) => `${name} was never sent ${seq}`));
    wrong.push(...frames.flatMap(unordered).map((what) => `${name} ${what}`));
  }
  if (came.single.some(({ seqs }) => seqs.length > 1)) wrong.push('a batch came to who asked for none');
  if (faults === 0 && came.batching.length > maxMessages(came.single)) {
    wrong.push(`${came.single.length} events took ${came.batching.length} messages`);
  }
  return wrong;
}

const unordered = ({ seqs }: Came) =>
  seqs.some((seq, n) => seq <= (seqs[n - 1] ?? 0)) ? [`got ${seqs.join(' ')} in one frame`] : [];

/** A window takes 80 ms, and the first event of each burst goes at once. */
function maxMessages(single: readonly Came[]): number {
  const times = single.map(({ at }) => at);
  const spanMs = Math.max(...times.slice(0, -lastPublishers)) - Math.min(...times);
  return 3 + Math.ceil(spanMs / 80) + lastPublishers;
}
