import { createValue } from '../base/value.ts';
import type { WireEntry } from './entry.ts';
import type { Recording } from './recording.ts';
import type { WireRange, WireSource } from './wireSource.ts';

export interface PlaybackState {
  /** How many entries have been played. */
  readonly played: number;
  readonly isPlaying: boolean;
  /** How many times as quick as it was. */
  readonly speed: number;
}

/** A recording that comes again, in its own time. */
export interface Playback extends WireSource {
  readonly recording: Recording;
  readonly state: { subscribe(listener: () => void): () => void; getSnapshot(): PlaybackState };
  /** From where it stands; from the beginning where it is at its end. */
  play(): void;
  pause(): void;
  /** Shows the first `played` entries at once. */
  seek(played: number): void;
  setSpeed(speed: number): void;
  /** Ends it: nothing is played any more. */
  close(): void;
}

export interface PlaybackOptions {
  /** Told of each entry as it is played, not of those that are jumped over. */
  readonly onPlayed?: (entry: WireEntry) => void;
  /** Calls back after that many milliseconds. @returns how to give it up @default setTimeout */
  readonly after?: (ms: number, call: () => void) => () => void;
}

/** Nothing happened for longer: nobody wants to wait for it again. */
const maxPauseMs = 2_000;

const setTimer = (ms: number, call: () => void) => {
  const timer = setTimeout(call, ms);
  return () => clearTimeout(timer);
};

/** It begins with everything shown and nothing moving. */
export function createPlayback(recording: Recording, options: PlaybackOptions = {}): Playback {
  const { onPlayed = () => {}, after = setTimer } = options;
  const { entries } = recording;
  const range = createValue<WireRange>({ first: 0, next: entries.length });
  const state = createValue<PlaybackState>({ played: entries.length, isPlaying: false, speed: 1 });
  let giveUp = () => {};

  function change(next: Partial<PlaybackState>) {
    const now = { ...state.getSnapshot(), ...next };
    state.set(now);
    if (now.played !== range.getSnapshot().next) range.set({ first: 0, next: now.played });
  }

  function plan() {
    giveUp();
    const { played, isPlaying, speed } = state.getSnapshot();
    const next = entries[played];
    if (!isPlaying) return;
    if (!next) return change({ isPlaying: false });
    const pauseMs = next.at - (entries[played - 1]?.at ?? next.at);
    giveUp = after(Math.min(Math.max(pauseMs / speed, 0), maxPauseMs), () => {
      change({ played: played + 1 });
      onPlayed(next);
      plan();
    });
  }

  const and = (next: Partial<PlaybackState>) => {
    change(next);
    plan();
  };
  return {
    recording,
    state,
    subscribe: range.subscribe,
    getSnapshot: range.getSnapshot,
    entry: (number) => entries[number],
    play() {
      const { played } = state.getSnapshot();
      and({ isPlaying: true, played: played === entries.length ? 0 : played });
    },
    pause: () => and({ isPlaying: false }),
    seek: (played) => and({ played: Math.min(Math.max(played, 0), entries.length) }),
    setSpeed: (speed) => and({ speed }),
    close: () => and({ isPlaying: false }),
  };
}
