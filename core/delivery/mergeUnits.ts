import type { BatchPayload, EventFrame } from '@tidings/protocol';
import { framesOf, isBatch, postingsOf, type SentEvent } from './batch.ts';
import { resyncFrame, type WorkUnit } from './workUnit.ts';

/** A work unit, and those that came from the queue of which it does a part. */
export interface MergedUnit {
  readonly unit: WorkUnit;
  readonly of: readonly WorkUnit[];
}

/**
 * What the work units of one invocation have for the same connections, in as few posts as possible (PROTOCOL.md 8). A
 * unit that has a connection to itself keeps it.
 */
export function mergeUnits(units: readonly WorkUnit[], now: number): readonly MergedUnit[] {
  const shared = sharedConnections(units.filter(isMergeable));
  const merged = shared.flatMap(({ of, to }) => together(of, to, now).map((unit) => ({ unit, of })));
  const taken = new Map<WorkUnit, Set<string>>();
  for (const { of, to } of shared) {
    for (const unit of of) taken.set(unit, new Set([...(taken.get(unit) ?? []), ...to]));
  }
  const rest = units.flatMap((unit) => {
    const others = taken.get(unit);
    if (!others) return { unit, of: [unit] };
    const to = unit.to.filter((id) => !others.has(id));
    return to.length > 0 ? { unit: { ...unit, to }, of: [unit] } : [];
  });
  return [...merged, ...rest];
}

/**
 * Numbered events alone are, whose doubles and places a client knows. What was tried before is not, as it waits for one
 * connection and reads it; nor what a completion counts by its parts, nor a batch that says what was left out of it.
 */
const isMergeable = ({ kind, round, batch, resync, completion, frame }: WorkUnit): boolean =>
  kind === 'event' &&
  round === 0 &&
  batch === true &&
  resync !== undefined &&
  completion === undefined &&
  !saysWhatWasLeftOut(frame);

const saysWhatWasLeftOut = (frame: string): boolean =>
  isBatch(frame) && (JSON.parse(frame) as { payload: BatchPayload }).payload.skipped !== undefined;

/** The connections that several of these units are for, together with all others that the same units are for. */
function sharedConnections(units: readonly WorkUnit[]) {
  const unitsOf = new Map<string, number[]>();
  for (const [index, { to }] of units.entries()) {
    for (const id of to) unitsOf.set(id, [...(unitsOf.get(id) ?? []), index]);
  }
  const shared = new Map<string, { readonly of: readonly WorkUnit[]; readonly to: string[] }>();
  for (const [id, indices] of unitsOf) {
    if (indices.length === 1) continue;
    const name = indices.join();
    const same = shared.get(name);
    if (same) same.to.push(id);
    else shared.set(name, { of: indices.flatMap((index) => units[index] ?? []), to: [id] });
  }
  return [...shared.values()];
}

/** The units of what several have for the same connections: one, or more where it is too large for a batch. */
function together(units: readonly WorkUnit[], to: readonly string[], now: number): readonly WorkUnit[] {
  const [first] = units;
  if (!first) return [];
  const readers = to.map((connectionId) => ({ connectionId, batch: true }));
  const begunAt = Math.min(...units.map((unit) => unit.begunAt ?? now));
  return postingsOf(inOrder(units), readers, now).map(({ frame, frames, last }) => {
    const { topic } = JSON.parse(last.frame) as EventFrame;
    // That of the last event stands for whatever the connection missed.
    return { ...first, frame, frames, to, begunAt, ...resyncFrame(topic, last) };
  });
}

/** Their events, each once. Those of one log are in its order, wherever the queue had them. */
function inOrder(units: readonly WorkUnit[]): readonly SentEvent[] {
  const logs = new Map<string, Map<number, SentEvent>>();
  const frames = units.flatMap(({ frame }) => (isBatch(frame) ? framesOf(frame) : [frame]));
  for (const frame of frames) {
    const { topic, epoch, seq } = JSON.parse(frame) as EventFrame;
    const name = JSON.stringify([topic, epoch]);
    logs.set(name, (logs.get(name) ?? new Map()).set(seq, { frame, epoch, seq }));
  }
  const bySeq = (log: Map<number, SentEvent>) => [...log].toSorted(([one], [other]) => one - other);
  return [...logs.values()].flatMap((log) => bySeq(log).map(([, event]) => event));
}
