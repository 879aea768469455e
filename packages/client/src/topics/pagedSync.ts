import type { EventFrame } from '@tidings/protocol';
import { createCountedSync, type SyncRule } from './countedSync.ts';
import { createPages, joinPages } from './pages.ts';
import type { Position } from './sequencer.ts';

/** All pages of a snapshot, which were read at different times. With the events since the earliest of them they are of one moment, `at`. */
interface Whole {
  at: Position;
  readonly snapshot: object | undefined;
  readonly events: EventFrame[];
}

/** The rule of a topic whose snapshot may come in pages (PROTOCOL.md 3.4): it is shown when all of them are there. */
export const pagedSync: SyncRule = (sequencer, onJump) => {
  const counted = createCountedSync(sequencer, onJump);
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
      if (cursor !== undefined) return { cursor };
      return whole ? { since: whole.at } : counted.request();
    },
    apply(answer, asked) {
      const { epoch = '', seq = 0, recovered, more } = answer;
      const from = asked.since as Position | undefined;
      const events = answer.events as object[] as EventFrame[];
      if (!recovered) {
        if (asked.cursor === undefined) since = from;
        const all = pages.add(answer, asked);
        const minSeq = Math.min(...(all ?? []).map((page) => page.seq ?? 0));
        whole = all && { at: { epoch, seq: minSeq }, snapshot: joinPages(all), events: [] };
        if (!whole || minSeq < seq) return true;
        show(whole);
        return false;
      }
      if (whole && from === whole.at) {
        const leadsOn = !!more && from.epoch === epoch && from.seq < seq;
        whole.events.push(...events);
        whole.at = { epoch, seq };
        if (!leadsOn) show(whole);
        return leadsOn;
      }
      if (!from || sequencer.position) return counted.apply(answer, asked);
      // The answer to a question from before the pages were begun anew: its events wait until the pages are there.
      for (const event of events) sequencer.receive(event);
      return true;
    },
  };
};
