import type { EventFrame } from '@tidings/protocol';
import type { Clock, Timer } from '../base/clock.ts';

/** How far a topic's log was read. `seq` counts from 1 within an `epoch`. */
export interface Position {
  readonly epoch: string;
  readonly seq: number;
}

export interface SequencerOptions {
  readonly clock: Clock;
  /** Each event once, in the order of the log. */
  deliver(frame: EventFrame): void;
  /** Events are missing and do not come by themselves: ask for what is after the position. */
  repair(): void;
}

/** Puts the events of one topic in order, whatever order and number they come in. */
export interface Sequencer {
  readonly position: Position | undefined;
  /** Begins where the app had got to earlier, if anywhere, unless it has got somewhere since. */
  begin(at: Position | undefined): void;
  /** The position to ask from; what is known of the head until now is answered by that question. */
  since(): Position | undefined;
  receive(frame: EventFrame): void;
  /** Somebody knows how far the log reaches. `lost`: what is missing will not come by itself. */
  known(head: Position, fate: { readonly lost: boolean }): void;
  /** An answer has brought all events up to here. */
  advanceTo(position: Position): void;
  /** A snapshot stands here. `first` and `reset`: it is to be shown; `same`: we are as far already. `since`: where we asked from. */
  jumpTo(position: Position, since?: Position): 'first' | 'reset' | 'same';
  /** Delivers what came early and fits now; to be called when an answer is complete. */
  settle(): void;
  stop(): void;
}

export const isBehind = (has: Position | undefined, head: Position): boolean =>
  has?.epoch !== head.epoch || has.seq < head.seq;

const maxEarly = 64;
const gapPatienceMs = 2_000;

export function createSequencer({ clock, deliver, repair }: SequencerOptions, start?: Position): Sequencer {
  let position = start;
  /** The furthest position that is known to exist. */
  let head: Position | undefined;
  let headWhenAsked: Position | undefined;
  let timer: Timer | undefined;
  const early = new Map<string, EventFrame>();

  const isLate = () => !!position && !!head && isBehind(position, head);

  function raise(to: Position) {
    if (isBehind(head, to)) head = at(to);
  }

  function ask() {
    wake();
    repair();
  }

  function wake() {
    timer?.cancel();
    timer = undefined;
  }

  function wait() {
    timer ??= clock.setTimeout(() => {
      timer = undefined;
      if (isLate()) ask();
    }, gapPatienceMs);
  }

  function drain() {
    while (position) {
      const key = keyOf({ ...position, seq: position.seq + 1 });
      const frame = early.get(key);
      if (!frame) break;
      early.delete(key);
      advance(frame);
    }
    if (!isLate()) wake();
  }

  function advance(frame: EventFrame) {
    position = at(frame);
    deliver(frame);
  }

  return {
    get position() {
      return position;
    },
    begin(at) {
      position ??= at;
    },
    since() {
      headWhenAsked = head;
      return position;
    },
    receive(frame) {
      if (frame.epoch === position?.epoch) {
        if (frame.seq <= position.seq) return;
        if (frame.seq === position.seq + 1) {
          early.delete(keyOf(frame));
          advance(frame);
          return drain();
        }
      }
      raise(frame);
      if (early.size < maxEarly) early.set(keyOf(frame), frame);
      // Without a position an answer is on its way, and it says what came too early for it.
      if (!position) return;
      if (early.size >= maxEarly) ask();
      else wait();
    },
    known(to, { lost }) {
      raise(to);
      if (!isLate()) return;
      if (lost) ask();
      else wait();
    },
    advanceTo(to) {
      if (!position || (position.epoch === to.epoch && position.seq < to.seq)) position = at(to);
    },
    jumpTo(to, since) {
      // Live events may have gone past an answer under way. But a log that ends before where we asked from
      // is another one with the same name, such as a restored table's.
      const wentBack = since?.epoch === to.epoch && to.seq < since.seq;
      if (!isBehind(position, to) && !wentBack) return 'same';
      const kind = position ? 'reset' : 'first';
      position = at(to);
      return kind;
    },
    settle() {
      if (head === headWhenAsked) head = undefined;
      for (const [key, frame] of early) {
        if (frame.epoch !== position?.epoch || frame.seq <= position.seq) early.delete(key);
        else raise(frame);
      }
      drain();
      if (isLate()) wait();
    },
    stop: wake,
  };
}

const at = ({ epoch, seq }: Position): Position => ({ epoch, seq });
const keyOf = ({ epoch, seq }: Position) => `${seq} ${epoch}`;
