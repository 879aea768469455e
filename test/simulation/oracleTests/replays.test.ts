import { expect, it } from 'vitest';
import { readDeadlines } from '../oracle/deadlines.ts';
import { type Case, readLines, skewOf } from '../oracle/evidence.ts';
import { neverExercised } from '../oracle/exercised.ts';
import { judge } from '../oracle/oracle.ts';
import { recorded } from './recorded.ts';
import { tamperingWith } from './tampering.ts';

const evidence = recorded('short');
const { found, lines } = tamperingWith(evidence);

type Fields = Record<string, unknown>;
const restAt = lines.findIndex(({ k }) => k === 'rest');
const restMs = Number(lines[restAt]?.t);
const devicesAtRest = (lines[restAt]?.devices ?? []) as Fields[];

/** A device at rest that follows a topic, which then asks for it and is answered so. */
function answered(topic: string, ask: Fields, payload: object) {
  const { d, conn } =
    devicesAtRest.find(({ ready, topics }) => ready && (topics as string[] | undefined)?.includes(topic)) ??
    {};
  expect(d).toBeDefined();
  const request = { action: 'subscribe', topic, payload: ask };
  const frame = JSON.stringify({ type: 'subscribed', ref: 'planted', topic, payload });
  const added = [
    { t: restMs - 100, k: 'ask', d, conn, ref: 'planted', ...request },
    { t: restMs - 50, k: 'got', d, conn, frame },
  ];
  return { lines: evidence.lines.toSpliced(restAt, 0, ...added.map((line) => JSON.stringify(line))) };
}

const log = evidence.atRest.filter(({ pk }) => pk.startsWith('LOG#north#tenant'));
const events = log.map(({ frame }) => JSON.parse(String(frame)) as Fields);
const { epoch } = events[0] ?? {};
const head = events.length;
const replayed = (from: number, to: number, more: object = {}) =>
  answered(
    'tenant',
    { since: { epoch, seq: from } },
    { epoch, seq: to, recovered: true, events: events.slice(from, to), ...more },
  );

it('what really happened is in order, and so is a replay that is whole or says that there is more', () => {
  const { violations, exercised } = judge(evidence);
  expect(violations).toEqual([]);
  expect(head).toBeGreaterThan(1);
  expect(found(replayed(0, head))).toEqual(new Set());
  const paged = replayed(0, head - 1, { more: true });
  expect(found(paged)).toEqual(new Set());
  const more = Number(exercised['replays with more']) + 1;
  expect(judge({ ...evidence, ...paged }).exercised['replays with more']).toBe(more);
});

it('a replay that ends too early, never ends, or does not get on, is found', () => {
  expect(found(replayed(0, head - 1))).toEqual(new Set(['I1']));
  expect(found(replayed(0, head, { more: true }))).toEqual(new Set(['I1']));
  expect(found(replayed(1, 1, { more: true }))).toEqual(new Set(['I1']));
});

it('a list of all clients that is behind is found', () => {
  const snapshots = lines.flatMap(({ frame }) =>
    String(frame).includes('"topic":"client:*","at"') ? [JSON.parse(String(frame)) as Fields] : [],
  );
  const all = snapshots.flatMap(({ payload }) => (payload as { subs: Fields[] }).subs);
  const [old] = all.filter((one) => one.topic === 'client:*' && one.snapshot);
  expect(old).toBeDefined();
  expect(found(answered('client:*', {}, { ...old }))).toEqual(new Set(['I1']));
});

it('a frame that is too long for the gateway is found', () => {
  const { d, conn } = devicesAtRest.find(({ ready }) => ready) ?? {};
  const frame = JSON.stringify({ type: 'pong', payload: 'x'.repeat(32_000) });
  const line = JSON.stringify({ t: restMs, k: 'got', d, conn, frame });
  expect(found({ lines: evidence.lines.toSpliced(restAt, 0, line) })).toEqual(new Set(['I1']));
});

const minuteMs = 60_000;
const conn = 'd0-x=';
/** By when a connection must be closed, in seconds after its token's end, with a run of the reaper each minute. */
function deadline(
  maxSkewMs: number,
  runs: readonly { ok: boolean; fault?: Fields }[],
  exp = 30 * minuteMs,
): number {
  const transcript = runs.flatMap(({ ok, fault }, index) => {
    const began = exp + index * minuteMs + 20_000;
    const failed = { t: began + 100, k: 'fault', by: 'reap', ...fault };
    return [...(fault ? [failed] : []), { t: began + 5000, k: 'reaper', began, ok }];
  });
  const of = {
    lines: readLines(transcript.map((line) => JSON.stringify(line))),
    begin: { maxSkewMs },
  } as unknown as Case;
  return (readDeadlines(of)(conn, exp) - exp) / 1000;
}

const died = { ok: false, fault: { op: 'write', fault: 'crash-after' } };
const well = { ok: true };

it('a connection is closed 90 s after its token’s end, and by how much clocks are off', () => {
  expect(deadline(1000, [well])).toBe(91);
  expect(deadline(15_000, [well])).toBe(105);
});

it('only runs that faults ended make a close later, and not without end', () => {
  expect(deadline(1000, [died, died, died, well])).toBe(205.2);
  expect(deadline(1000, [died, { ok: false }, died, well])).toBe(91);
  const slow = { ok: false, fault: { op: 'write', fault: 'slow' } };
  expect(deadline(1000, [slow, slow, slow, well])).toBe(91);
  const allDied = Array.from({ length: 60 }, () => died);
  expect(deadline(1000, allDied)).toBe(15 * 60);
});

it('a run that could not end this connection is excused, and one that could not end another is not', () => {
  const runs = (fault: Fields) => [0, 1].map(() => ({ ok: true, fault })).concat([{ ok: true, fault: {} }]);
  expect(deadline(1000, runs({ op: 'close', fault: 'error', on: conn }))).toBe(145.2);
  expect(deadline(1000, runs({ op: 'write', fault: 'throttled', on: 'CONN#d0-x%3D' }))).toBe(145.2);
  expect(deadline(1000, runs({ op: 'close', fault: 'error', on: 'd1-y=' }))).toBe(91);
  // That it is not told why does not keep it open.
  expect(deadline(1000, runs({ op: 'post', fault: 'error', on: conn }))).toBe(91);
});

it('a clock is forgiven what the run’s clocks are off by, and a second to write', () => {
  expect([1000, 15_000].map((maxSkewMs) => skewOf({ maxSkewMs }))).toEqual([2000, 16_000]);
});

it('a rule that nothing came up for in any run is named', () => {
  const all = [
    { a: 0, b: 0, c: 1 },
    { a: 0, b: 2, c: 0 },
  ];
  expect(neverExercised(all)).toEqual(['a']);
  expect(neverExercised([])).toEqual([]);
});
