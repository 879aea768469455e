import { isPosition, isText, listOf } from '../base/incoming.ts';
import type { Reducer, TopicRules } from '../clientFeature.ts';
import { type Collection, type CollectionHost, longestReadMs, namedWithinMs } from './collectionRule.ts';
import { createPages, joinPages } from './pages.ts';
import { isBehind, type Position } from './sequencer.ts';

/** How the snapshot of a collection is made of those of its members. */
export interface CollectionOptions<T extends object> {
  /** Under which name the snapshot lists them. */
  readonly list: string;
  /** The field of each by which its topic is named: `clientId` for `client:<clientId>`. */
  readonly id: keyof T & string;
  /** The state of a member before its first event. */
  readonly initial: (id: string) => T;
  /** The fold of one member, as `TopicRules` have it. */
  readonly fold: Reducer;
}

/** A member in the snapshot of its collection. */
type Member = Position & Readonly<Record<string, unknown>>;

/** Up to so many members are caught up event by event; when more are behind, their states are shorter. */
const maxRepairs = 20;
/**
 * Makes all topics of a kind one that can be followed, whose snapshot lists them in the order of their ids.
 *
 * @example
 * const topics = {
 *   ticket: { fold },
 *   'ticket:*': collection({ list: 'tickets', id: 'ticketId', initial: (ticketId) => ({ ticketId }), fold }),
 * };
 */
export function collection<T extends object>({ list, id, initial, fold }: CollectionOptions<T>): TopicRules {
  const listed = (snapshot: unknown) => (snapshot as Record<string, Member[]> | undefined)?.[list] ?? [];
  const withNewer = (before: readonly Member[], newer: readonly Member[]) => ({
    [list]: replaced(id, before, newer),
  });
  return {
    fold(snapshot, event) {
      const { topic, epoch, seq } = event;
      const name = topic.slice(topic.indexOf(':') + 1);
      const before = listed(snapshot).find((member) => member[id] === name) ?? initial(name);
      return withNewer(listed(snapshot), [{ ...fold(before as never, event), epoch, seq }]);
    },
    collection: (name, host) => createCollection(name, host),
  };

  function createCollection(collectionName: string, host: CollectionHost): Collection {
    const prefix = collectionName.slice(0, -1);
    const topicOf = (member: Member) => prefix + member[id];
    const isListed = (member: Member) => isText(member[id]) && isPosition(member);
    const pages = createPages();
    /** Until when nothing was missed. */
    let at: number | undefined;

    const shown = () => listed(host.listener(collectionName)?.state());

    function jump(kind: 'first' | 'reset', members: readonly Member[]) {
      const snapshot = kind === 'first' ? { [list]: members.map(asFollowed) } : withNewer(shown(), members);
      host.listener(collectionName)?.jump(kind, snapshot, undefined);
    }

    /** A member that is also followed by itself may be further than the list, or less far. Its own state is shown, as its next event is folded into that. */
    function asFollowed(member: Member): Member {
      const topic = topicOf(member);
      return { ...member, ...host.listener(topic)?.state(), ...host.position(topic) };
    }

    function show(listedAt: number, members: readonly Member[]) {
      const isFirst = at === undefined;
      at = Math.max(at ?? 0, listedAt);
      const behind = members.filter((member) => isBehind(host.position(topicOf(member)), member));
      // These take their state from the list; the others are asked for event by event, a new member from its start.
      const isReplaced = (member: Member) =>
        isFirst
          ? !host.position(topicOf(member))
          : behind.length > maxRepairs && !host.isHeld(topicOf(member));
      const replaced = new Set(behind.filter(isReplaced));
      if (isFirst) jump('first', members);
      else if (replaced.size > 0) jump('reset', [...replaced]);
      for (const member of behind) {
        if (replaced.has(member)) moveTo(member);
        else host.sequencer(topicOf(member), { epoch: member.epoch, seq: 0 })?.known(member, { lost: true });
      }
    }

    function moveTo(member: Member) {
      const topic = topicOf(member);
      const sequencer = host.sequencer(topic);
      sequencer?.jumpTo(member);
      sequencer?.settle();
      void introduce(topic);
    }

    /** Gives a member's topic what is known of it already, after the listener has returned to its caller. */
    async function introduce(topic: string) {
      await 0;
      const position = host.position(topic);
      // The list stands where the member's own topic does, as the same event moves both.
      const known = shown().find((member) => topicOf(member) === topic);
      if (!known || !position || !host.isHeld(topic) || host.listener(topic)?.state()) return;
      const { epoch: _, seq: __, ...snapshot } = known;
      host.listener(topic)?.jump('first', snapshot, position);
    }

    return {
      head: () => (at === undefined ? at : { at }),
      request: () => ({
        since: at === undefined ? at : { at: at - namedWithinMs },
        cursor: pages.cursor,
      }),
      apply(answer, asked) {
        const all = pages.add(answer, asked);
        if (!all) return true;
        const whole = joinPages(all) as Readonly<Record<string, unknown>> | undefined;
        show(all[0]?.at ?? 0, listOf<Member>(whole?.[list]).filter(isListed));
        return false;
      },
      // A topic that no list names had no event before this one's epoch began.
      since: (_, { epoch }) => (at === undefined ? at : { epoch, seq: 0 }),
      event(frame) {
        // Before the list came there is no state to fold an event into, and the list will have what it led to.
        if (at !== undefined) host.listener(collectionName)?.event(frame);
      },
      reset(topic, position, snapshot) {
        if (at === undefined) return;
        jump('reset', [{ [id]: topic.slice(prefix.length), ...position, ...snapshot }]);
      },
      introduce: (topic) => void introduce(topic),
      named(behind, asked, serverNow) {
        // It names all that changed of late, also what we have already.
        const isMissed = Object.entries(behind).some(
          ([topic, { epoch, seq }]) =>
            topic.startsWith(prefix) &&
            !(topic in asked) &&
            isBehind(host.position(topic), { epoch: epoch ?? '', seq }),
        );
        if (!isMissed && serverNow) at = Math.max(at ?? 0, serverNow - longestReadMs);
        return isMissed;
      },
    };
  }
}

/** A list with newer items in the places of those that have the same key; in the order of the keys, as the server's. */
export function replaced<T extends object>(key: keyof T, list: readonly T[], newer: readonly T[]): T[] {
  const keyed = [...list, ...newer].filter((item) => isText(item[key]));
  const all = new Map(keyed.map((item) => [item[key], item]));
  return [...all.values()].sort((a, b) => (a[key] < b[key] ? -1 : 1));
}
