import { expect, test } from 'vitest';
import type { WireEntry } from './entry.ts';
import { createPlayback } from './playback.ts';

const at = (number: number, ms: number): WireEntry => ({
  number,
  at: ms,
  socket: 1,
  kind: 'socket',
  event: 'open',
});
const recording = {
  format: 'tidings.wire.1' as const,
  url: 'ws://here/dev',
  savedAt: 0,
  entries: [at(0, 0), at(1, 100), at(2, 10_000)],
};

function played() {
  const waits: { ms: number; call: () => void; isGivenUp: boolean }[] = [];
  const heard: number[] = [];
  const playback = createPlayback(recording, {
    onPlayed: ({ number }) => heard.push(number),
    after(ms, call) {
      const wait = { ms, call, isGivenUp: false };
      waits.push(wait);
      return () => {
        wait.isGivenUp = true;
      };
    },
  });
  const tick = () => {
    const wait = waits.pop();
    if (wait && !wait.isGivenUp) wait.call();
    return wait?.ms;
  };
  return { playback, heard, tick, next: () => playback.getSnapshot().next };
}

test('it begins with all of it, and plays from the beginning in its own time, long pauses shortened', () => {
  const { playback, heard, tick, next } = played();
  expect(next()).toBe(3);
  playback.play();
  expect(next()).toBe(0);
  expect([tick(), tick(), tick()]).toEqual([0, 100, 2_000]);
  expect(next()).toBe(3);
  expect(heard).toEqual([0, 1, 2]);
  expect(playback.state.getSnapshot().isPlaying).toBe(false);
});

test('at another speed, pauses are as much shorter', () => {
  const { playback, tick } = played();
  playback.setSpeed(5);
  playback.play();
  expect([tick(), tick()]).toEqual([0, 20]);
});

test('what is jumped over is shown, and nobody is told of it', () => {
  const { playback, heard, next } = played();
  playback.seek(0);
  playback.seek(2);
  expect(next()).toBe(2);
  playback.seek(99);
  expect(next()).toBe(3);
  expect(heard).toEqual([]);
});

test('it is held where it is, and goes on from there; once closed nothing comes', () => {
  const { playback, heard, tick, next } = played();
  playback.play();
  tick();
  playback.pause();
  tick();
  expect(next()).toBe(1);
  playback.play();
  tick();
  expect(heard).toEqual([0, 1]);
  playback.close();
  tick();
  expect(heard).toEqual([0, 1]);
});
