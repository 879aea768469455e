import type { EventFrame } from '@tidings/protocol';
import type { Position, Sequencer } from './sequencer.ts';
import type { TopicSync } from './subscription.ts';

/** Shows a state in the place of events that were missed. `events` are folded into it first, and no listener hears of them. */
export type Jump = (
  kind: 'first' | 'reset',
  position: Position,
  snapshot: object | undefined,
  events?: readonly EventFrame[],
) => void;

/** How the answers about a topic that numbers its events are put to use. @param onJump `reset` if events were missed, `first` if none were expected. */
export type SyncRule = (sequencer: Sequencer, onJump: Jump) => TopicSync;

/** The rule of a topic whose snapshot comes in one piece. */
export const createCountedSync: SyncRule = (sequencer, onJump) => ({
  request: () => ({ since: sequencer.since() }),
  apply({ epoch = '', seq = 0, recovered, events, more, snapshot }, asked) {
    const since = asked.since as Position | undefined;
    const position = { epoch, seq };
    if (!recovered) {
      const outcome = sequencer.jumpTo(position, since);
      if (outcome !== 'same') onJump(outcome, position, snapshot as object | undefined);
    } else {
      for (const event of events as object[] as EventFrame[]) sequencer.receive(event);
      sequencer.advanceTo(position);
      // What leads no further would be asked for again and again.
      if (more && (!since || (since.epoch === epoch && since.seq < seq))) return true;
    }
    sequencer.settle();
    return false;
  },
});
