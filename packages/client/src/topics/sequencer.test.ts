import type { EventFrame } from '@tidings/protocol';
import { expect, test } from 'vitest';
import { createVirtualClock } from '../../testing/index.ts';
import { createSequencer, type Position } from './sequencer.ts';

const event = (seq: number, epoch = 'e') =>
  ({ epoch, seq, topic: 't', type: 'x', id: `${seq}`, ts: 0, payload: {} }) as EventFrame;
const at = (seq: number, epoch = 'e'): Position => ({ epoch, seq });

function track(start?: Position) {
  const clock = createVirtualClock();
  const delivered: string[] = [];
  const repairs: (Position | undefined)[] = [];
  const sequencer = createSequencer(
    {
      clock,
      deliver: ({ epoch, seq }) => delivered.push(`${epoch}${seq}`),
      repair: () => repairs.push(sequencer.position),
    },
    start,
  );
  const receive = (...seqs: number[]) => {
    for (const seq of seqs) sequencer.receive(event(seq));
  };
  return { clock, delivered, repairs, sequencer, receive };
}

test('early events wait for those before them', () => {
  const { delivered, receive } = track(at(0));
  receive(3, 2, 3, 1, 1, 4);
  expect(delivered).toEqual(['e1', 'e2', 'e3', 'e4']);
});

test('a gap is asked for after two seconds, unless it closes', async () => {
  const { clock, repairs, receive } = track(at(0));
  receive(2);
  await clock.advance(1_999);
  receive(1);
  await clock.advance(5_000);
  expect(repairs).toEqual([]);
  receive(4);
  await clock.advance(2_000);
  expect(repairs).toEqual([at(2)]);
});

test('a gap with 64 events behind it is asked for at once, and more are not kept', () => {
  const { delivered, repairs, receive } = track(at(0));
  receive(...Array.from({ length: 63 }, (_, n) => n + 2));
  expect(repairs).toEqual([]);
  receive(65, 66);
  expect(repairs.length).toBeGreaterThan(0);
  receive(1);
  expect(delivered).toHaveLength(65);
});

test('what comes before the first answer is delivered after it, from there on', () => {
  const { sequencer, delivered, receive } = track();
  receive(4, 6, 5);
  expect(sequencer.jumpTo(at(4))).toBe('first');
  sequencer.settle();
  expect(delivered).toEqual(['e5', 'e6']);
});

test('what could not be kept before the first answer is asked for after it', async () => {
  const { clock, sequencer, repairs, receive } = track();
  receive(...Array.from({ length: 70 }, (_, n) => n + 1));
  sequencer.jumpTo(at(0));
  sequencer.settle();
  expect(sequencer.position).toEqual(at(64));
  await clock.advance(2_000);
  expect(repairs).toEqual([at(64)]);
});

test('an answer that live events have gone past changes nothing', () => {
  const { sequencer, receive } = track(at(3));
  const since = sequencer.since();
  receive(4, 5);
  expect(sequencer.jumpTo(at(4), since)).toBe('same');
  expect(sequencer.position).toEqual(at(5));
});

test('a log that ends before where it was asked from is another log', () => {
  const { sequencer } = track(at(9));
  expect(sequencer.jumpTo(at(4), sequencer.since())).toBe('reset');
  expect(sequencer.position).toEqual(at(4));
});

test('another epoch is asked about, and taken when the server says so', async () => {
  const { clock, sequencer, delivered, repairs } = track(at(9));
  sequencer.receive(event(1, 'f'));
  sequencer.receive(event(2, 'f'));
  await clock.advance(2_000);
  expect(repairs).toEqual([at(9)]);
  const since = sequencer.since();
  sequencer.receive(event(3, 'f'));
  expect(sequencer.jumpTo(at(1, 'f'), since)).toBe('reset');
  sequencer.settle();
  expect(delivered).toEqual(['f2', 'f3']);
});

test('a frame of an epoch that is over is asked about once and forgotten', async () => {
  const { clock, sequencer, repairs } = track(at(9, 'f'));
  sequencer.receive(event(3));
  await clock.advance(2_000);
  sequencer.since();
  sequencer.advanceTo(at(9, 'f'));
  sequencer.settle();
  await clock.advance(60_000);
  expect(repairs).toEqual([at(9, 'f')]);
});

test('word of a head that frames may still bring has patience, word of lost frames has none', async () => {
  const { clock, sequencer, repairs } = track(at(1));
  sequencer.known(at(2), { lost: false });
  expect(repairs).toEqual([]);
  await clock.advance(2_000);
  sequencer.known(at(3), { lost: true });
  sequencer.known(at(1), { lost: true });
  expect(repairs).toHaveLength(3);
});

test('events that come again and again are no reason to ask for anything', async () => {
  const { clock, delivered, repairs, receive } = track(at(0));
  receive(1, 2, 4);
  for (let n = 0; n < 100; n++) receive(1, 2);
  for (let n = 0; n < 70; n++) receive(2);
  expect(repairs).toEqual([]);
  receive(3);
  await clock.advance(2_000);
  expect([delivered.length, repairs.length]).toEqual([4, 0]);
});

test('old events do not take the room of early ones', () => {
  const { repairs, receive } = track(at(100));
  receive(...Array.from({ length: 90 }, (_, n) => n + 1));
  receive(102);
  expect(repairs).toEqual([]);
});
