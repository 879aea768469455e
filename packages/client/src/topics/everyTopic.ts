import type { TopicRules } from '../clientFeature.ts';
import { type Collection, type CollectionHost, longestReadMs, namedWithinMs } from './collectionRule.ts';
import { isBehind, type Position } from './sequencer.ts';

/**
 * Makes all topics of a kind without snapshots one that can be followed, such as `orders:*`: it brings their events,
 * each topic's in order and once, from when it is followed. Where there are so many topics that one answer cannot name
 * them (some 400), a topic begins with the first of its events that comes.
 *
 * @example
 * const topics = { 'orders:*': everyTopic };
 */
export const everyTopic: TopicRules = { collection: createEveryTopic };

function createEveryTopic(name: string, host: CollectionHost): Collection {
  const prefix = name.slice(0, -1);
  /** Until when nothing was missed; absent before it is followed. */
  let at: number | undefined;
  /** How much is known of where its topics stood when it was followed. */
  let known: 'nothing' | 'all' | 'some' = 'nothing';
  /** Whose events came before that was known, with the first of them. */
  const early = new Map<string, Position>();

  const startOf = ({ epoch, seq }: Position) => ({ epoch, seq: known === 'all' ? 0 : Math.max(0, seq - 1) });

  function begin(topic: string, start: Position) {
    const sequencer = host.sequencer(topic, start);
    sequencer?.begin(start);
    sequencer?.settle();
  }

  /** What it begins with: the topics that there are, and where each stands. */
  function beginAll(named: readonly (readonly [string, Position])[], isCut: boolean) {
    known = isCut ? 'some' : 'all';
    for (const [topic, position] of named) begin(topic, position);
    for (const [topic, first] of early) if (!host.position(topic)) begin(topic, startOf(first));
    early.clear();
  }

  return {
    head: () => (at === undefined ? at : { at: known === 'nothing' ? 0 : at }),
    since(topic, first) {
      if (known !== 'nothing') return startOf(first);
      if (!(Number(early.get(topic)?.seq) <= first.seq)) early.set(topic, first);
      return undefined;
    },
    request: () => ({ since: at === undefined ? at : { at } }),
    apply(answer) {
      at = at === undefined ? (answer.at ?? 0) : at - namedWithinMs;
      // The answer says nothing of its topics. What they stand at, or what was missed meanwhile, is for `sync` to say.
      void host.sync();
      return false;
    },
    event(frame) {
      if (known !== 'nothing') host.listener(name)?.event(frame);
    },
    reset: () => host.listener(name)?.jump('reset', undefined, undefined),
    introduce() {},
    named(behind, asked, serverNow) {
      if (!(name in asked) || !serverNow) return false;
      const named = Object.entries(behind).flatMap(([topic, { epoch, seq }]): [string, Position][] =>
        topic.startsWith(prefix) && topic !== name ? [[topic, { epoch: epoch ?? '', seq }]] : [],
      );
      if (known === 'nothing') beginAll(named, name in behind);
      else {
        for (const [topic, position] of named) {
          if (topic in asked || !isBehind(host.position(topic), position)) continue;
          host
            .sequencer(topic, startOf({ ...position, seq: position.seq + 1 }))
            ?.known(position, { lost: true });
        }
        at = Math.max(at ?? 0, serverNow - longestReadMs);
      }
      return false;
    },
  };
}
