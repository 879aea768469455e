import type { EventFrame } from '@tidings/protocol';
import { createPages, joinPages } from './pages.ts';
import type { Position, Sequencer } from './sequencer.ts';
import type { TopicSync } from './subscription.ts';

/** A state in the place of events, to which `events` are to be applied: nobody is told of these by themselves. */
export type Jump = (
  kind: 'first' | 'reset',
  position: Position,
  snapshot: object | undefined,
  events: readonly EventFrame[],
) => void;

/** All pages of a snapshot, and where they stand: with the events since the earliest of them they are of one moment. */
interface Whole {
  at: Position;
  readonly snapshot: object | undefined;
  readonly events: EventFrame[];
}

/**
 * A topic that numbers its events.
 *
 * @param onJump `reset` if events were missed, `first` if none were expected.
 */
export function createCountedSync(sequencer: Sequencer, onJump: Jump): TopicSync {
  const pages = createPages();
  let whole: Whole | undefined;
  let since: Position | undefined;

  function show({ at, snapshot, events }: Whole) {
    whole = undefined;
    const outcome = sequencer.jumpTo(at, since);
    if (outcome !== 'same') onJump(outcome, at, snapshot, events);
    sequencer.settle();
  }

  return {
    request() {
      const { cursor } = pages;
      return cursor === undefined ? { since: whole?.at ?? sequencer.since() } : { cursor };
    },
    apply(answer, asked) {
      const { epoch = '', seq = 0, recovered } = answer;
      const from = asked.since as Position | undefined;
      const events = answer.events as object[] as EventFrame[];
      const position = { epoch, seq };
      // What leads no further would be asked for again and again.
      const more = !!answer.more && (!from || (from.epoch === epoch && from.seq < seq));
      if (!recovered) {
        if (asked.cursor === undefined) since = from;
        const all = pages.add(answer, asked);
        const least = Math.min(...(all ?? []).map((page) => page.seq ?? 0));
        whole = all && { at: { epoch, seq: least }, snapshot: joinPages(all), events: [] };
        if (!whole || least < seq) return true;
        show(whole);
      } else if (whole && from === whole.at) {
        whole.events.push(...events);
        whole.at = position;
        if (!more) show(whole);
      } else {
        for (const event of events) sequencer.receive(event);
        // It was asked for before the pages were begun anew; without them its events lead to nothing.
        if (from && !sequencer.position) return true;
        sequencer.advanceTo(position);
        if (!more) sequencer.settle();
      }
      return more;
    },
  };
}
