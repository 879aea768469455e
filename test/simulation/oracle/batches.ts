import type { Case, Fields, Findings, Violation } from './evidence.ts';

const maxBytes = 30_000;

/**
 * A batch goes to a device that asked for batches, has at most 30 KB, and holds several frames of topics, those of each
 * in the order of their numbers and each once (I20). What is in it is judged as whatever comes by itself.
 */
export function judgeBatches({ lines, asks }: Pick<Case, 'lines' | 'asks'>): Findings {
  const asking = batchingDevices(asks);
  const violations: Violation[] = [];
  const all = lines.filter(({ k }) => k === 'batch');
  for (const { t, d, frame } of all) {
    const why = asking.has(String(d)) ? whatIsWrong(String(frame)) : 'it never asked for batches';
    if (why) violations.push({ invariant: 'I20', what: `${d} got a batch: ${why}`, at: t });
  }
  return { violations, exercised: { 'batches judged': all.length } };
}

/** Those that ever asked for batches. */
export const batchingDevices = (asks: Case['asks']): ReadonlySet<string> =>
  new Set(asks.filter(({ payload }) => asksForBatch(payload)).map(({ device }) => device));

const asksForBatch = ({ features }: Fields): boolean => Array.isArray(features) && features.includes('batch');

function whatIsWrong(text: string): string | undefined {
  const { frames = [] } = (JSON.parse(text).payload ?? {}) as { frames?: Fields[] };
  if (frames.length < 2) return `of ${frames.length} frames`;
  if (new TextEncoder().encode(text).length > maxBytes) return `of ${text.length} characters`;
  const reached = new Map<string, number>();
  for (const { type, topic, ref, epoch, seq } of frames) {
    if (topic === undefined || ref !== undefined) return `${type} is no frame of a topic`;
    if (seq === undefined) continue;
    const of = `${topic} ${epoch}`;
    if (Number(seq) <= (reached.get(of) ?? 0)) return `${topic} ${seq} comes after ${reached.get(of)}`;
    reached.set(of, Number(seq));
  }
  return undefined;
}
