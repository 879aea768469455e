import type { EventFrame } from '@tidings/protocol';
import type { Place, Subscribed, SubscribePayload } from './seat.ts';
import type { Position, Tracker } from './tracker.ts';

/** A topic that numbers its events. */
export interface CountedPlace extends Place {
  readonly tracker: Tracker;
}

/**
 * @param onJump a state comes in the place of events: `reset` if events were missed, `first` if none were expected.
 */
export function createCountedPlace(
  tracker: Tracker,
  onJump: (kind: 'first' | 'reset', position: Position, snapshot: object | undefined) => void,
): CountedPlace {
  return {
    tracker,
    request() {
      const since = tracker.since();
      return since ? { since } : {};
    },
    apply(answer: Subscribed, { since }: SubscribePayload) {
      const { epoch = '', seq = 0, recovered, events = [], snapshot, more = false } = answer;
      const position = { epoch, seq };
      if (recovered) for (const event of events) tracker.receive(event as object as EventFrame);
      const asked = since?.epoch !== undefined && since.seq !== undefined ? (since as Position) : undefined;
      const outcome = tracker.place(position, recovered, asked);
      if (outcome !== 'same') onJump(outcome, position, snapshot);
      if (!more) tracker.settle();
      return more;
    },
    stop: () => tracker.stop(),
  };
}
