import type { EventFrame } from '@tidings/protocol';
import type { TopicRules } from '../clientFeature.ts';
import { createCountedSync, type SyncRule } from './countedSync.ts';

/**
 * For a kind that keeps history (rooms and channels): who follows such a topic is first given its last events, as if
 * they had just come, and then those that come. At most 50 of them.
 *
 * @example
 * const client = createClient({ url, getToken, features: [rooms, { topics: { room: lastEvents(20) } }] });
 */
export const lastEvents = (count: number): TopicRules => ({ sync: lastFirst(count) });

const lastFirst =
  (last: number): SyncRule =>
  (sequencer, onJump) => {
    const counted = createCountedSync(sequencer, onJump);
    return {
      request() {
        const asked = counted.request();
        return asked.since ? asked : { last };
      },
      apply(answer, asked) {
        // `hello` brings none of them, so they are asked for by themselves.
        if (!asked.since && !asked.last) return true;
        const [first] = (answer.events ?? []) as object[] as EventFrame[];
        if (!asked.last || !first) return counted.apply(answer, asked);
        const since = { epoch: first.epoch, seq: first.seq - 1 };
        sequencer.begin(since);
        return counted.apply({ ...answer, recovered: true }, { since });
      },
    };
  };
