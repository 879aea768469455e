import type { Journal } from '../journal.ts';
import type { Scheduler } from '../world/scheduler.ts';
import type { Intent, Reply } from './asks.ts';
import { type CaughtUp, type Event, type InboxParts, inbox, type Position } from './inbox.ts';
import { allChannels, collectionOf, feedsOf, isChannel, mayFollow, type Person } from './people.ts';

/** What a follower has to know of the connection of today. */
export interface Following {
  ready: boolean;
  readonly rights: Person;
}

export interface FollowerParts {
  readonly name: string;
  /** Whether it asks for batches. */
  readonly batches: boolean;
  readonly scheduler: Scheduler;
  readonly journal: Journal;
  readonly ask: (intent: Intent) => Promise<Reply | undefined>;
  /** The connection of today, the same object as long as it lasts. */
  readonly session: () => Following | undefined;
  readonly onEvent: (event: Event) => void;
}

/** When what may succeed later is asked for again. */
const againMs = 1000;

/** What a device follows, and how it gets and stays up to date, over however many connections. */
export function follower({ name, batches, scheduler, journal, ask, session, onEvent }: FollowerParts) {
  /** Rooms, boards, channels and conversations: whatever was asked for beyond the feeds. */
  const entered = new Set<string>();
  const repairing = new Set<string>();
  /** By topic, when its last request is over. */
  const turns = new Map<string, Promise<void>>();
  /** How many of its last events are wanted of a topic that is entered. */
  const lastWanted = new Map<string, number>();
  const boxParts: InboxParts = {
    scheduler,
    deliver(event) {
      const { topic, epoch, seq, id, payload } = event;
      journal.note('deliver', { d: name, topic, epoch, seq, ...(id ? { id } : { payload }) });
      onEvent(event);
    },
    reset: (topic, { epoch, seq }, snapshot) =>
      journal.note('reset', { d: name, topic, epoch, seq, snapshot }),
    repair: (topic) => void repair(topic),
  };
  let box = inbox(boxParts);

  const forget = (topic: string) => {
    journal.note('forgot', { d: name, topic });
    box.leave(topic);
    if (!allChannels.includes(topic)) return;
    const isIts = (one: string) => collectionOf(one) === topic && !entered.has(one);
    for (const one of [...box.positions().keys()]) if (isIts(one)) box.leave(one);
  };

  /** Whether a channel is one of those that are followed as one. */
  const isAmongAll = (topic: string) => isChannel(topic) && entered.has(collectionOf(topic));

  /** A board may be none of a user's any more; it is followed again once it is. */
  const followed = (rights: Person) => [
    ...feedsOf(rights),
    ...[...entered].filter((topic) => mayFollow(rights, topic)),
  ];
  const sinceField = (topic: string) => {
    const since = box.sinceOf(topic);
    return since ? { since } : {};
  };

  /** One request of a topic at a time: those of one connection run concurrently, and the last asked may be done first. */
  const inTurn = (topic: string, request: () => Promise<void>): Promise<void> => {
    const turn = (turns.get(topic) ?? Promise.resolve()).then(request);
    turns.set(topic, turn);
    return turn;
  };

  const repair = async (topic: string): Promise<void> => {
    const own = session();
    if (!own?.ready || repairing.has(topic) || !mayFollow(own.rights, topic)) return;
    // Where it stands is being found out, or it was left.
    if (isChannel(topic) && !entered.has(topic) && !box.sinceOf(collectionOf(topic))) return;
    repairing.add(topic);
    await inTurn(topic, () => catchUp(own, topic));
  };

  const catchUp = async (own: Following, topic: string): Promise<void> => {
    let more = true;
    let isAnswered = true;
    while (more && session() === own) {
      const cursor = box.cursorOf(topic);
      const payload = { ...wantedOf(topic), ...(cursor !== undefined && { cursor }) };
      const reply = await ask({ action: 'subscribe', topic, payload });
      if (session() !== own) return;
      isAnswered = reply !== undefined;
      if (reply?.payload.retryable) await scheduler.wait(againMs);
      else more = reply?.type === 'subscribed' && takeIn(topic, reply.payload as unknown as CaughtUp);
    }
    const isLeft = isChannel(topic) && !entered.has(topic);
    if (isLeft) await letGo(own, topic);
    if (session() !== own) return;
    repairing.delete(topic);
    // Where it stands may be known from all topics of its kind: that it is followed by itself is not.
    if (entered.has(topic) && (isLeft || !(isAnswered && box.sinceOf(topic)))) void repair(topic);
  };

  /** Unsubscribes until that is answered: what is not may yet be done, to whoever has subscribed again by then. */
  const letGo = async (own: Following, topic: string): Promise<void> => {
    while (session() === own && !entered.has(topic)) {
      const reply = await ask({ action: 'unsubscribe', topic });
      if (reply && !reply.payload.retryable) return;
      await scheduler.wait(againMs);
    }
  };

  const wantedOf = (topic: string) => {
    const last = lastWanted.get(topic);
    const since = box.sinceOf(topic);
    return since ? { since } : last !== undefined && { last };
  };

  const takeIn = (topic: string, answer: CaughtUp): boolean => {
    lastWanted.delete(topic);
    if (allChannels.includes(topic)) void findAll(topic, answer.at ?? 0);
    return box.catchUp(topic, answer);
  };

  /** The answer for all channels of a kind says nothing of any: what they stand at, `sync` says. */
  const findAll = async (all: string, at: number): Promise<void> => {
    const own = session();
    while (session() === own && entered.has(all)) {
      const reply = await ask({
        action: 'sync',
        payload: { heads: { [all]: box.sinceOf(all) ?? { at: 0 } } },
      });
      if (session() !== own || !entered.has(all) || reply?.payload.code === 'forbidden') return;
      if (reply?.type === 'ack')
        return box.beginAll(all, at, reply.payload.behind as Record<string, Position>);
      await scheduler.wait(againMs);
    }
  };

  const leaveForbidden = (rights: Person) => {
    for (const topic of [...box.positions().keys()]) if (!mayFollow(rights, topic)) forget(topic);
    for (const all of ['client:*', ...allChannels]) if (!mayFollow(rights, all)) forget(all);
  };

  return {
    repair,
    followed,
    leaveForbidden,
    /** Says hello on a new connection. @returns whether that was answered. */
    async greet(own: Following): Promise<boolean> {
      leaveForbidden(own.rights);
      const subs = followed(own.rights).map((topic) => ({ topic, ...sinceField(topic) }));
      const features = batches ? ['batch'] : [];
      const reply = await ask({ action: 'hello', payload: { v: 1, clientId: name, subs, features } });
      if (session() !== own || reply?.type !== 'ack') return false;
      for (const entry of reply.payload.subs as (CaughtUp & { topic: string; error?: object })[]) {
        if (entry.error) forget(entry.topic);
        // It was left while that was asked.
        else if (!followed(own.rights).includes(entry.topic))
          void inTurn(entry.topic, () => letGo(own, entry.topic));
        else if (takeIn(entry.topic, entry)) void repair(entry.topic);
      }
      return true;
    },
    /** Asks whether anything was lost. @returns false when it may not ask about all that it follows. */
    async sync(own: Following): Promise<boolean> {
      const heads: Record<string, unknown> = {};
      for (const topic of [...followed(own.rights), ...box.positions().keys()]) {
        heads[topic] = box.sinceOf(topic) ?? (topic.endsWith(':*') ? { at: 0 } : { seq: 0 });
      }
      const reply = await ask({ action: 'sync', payload: { heads } });
      if (session() !== own || !reply) return true;
      if (reply.type !== 'ack') return reply.payload.code !== 'forbidden';
      const behind = reply.payload.behind as Record<string, Position>;
      for (const [topic, head] of Object.entries(behind)) box.expect(topic, head);
      return true;
    },
    /** A new token may have brought feeds, and back what an old one had not allowed. */
    joinAllowed(rights: Person) {
      for (const topic of followed(rights)) if (!box.sinceOf(topic)) void repair(topic);
    },
    take: (event: Event) => box.take(event),
    drop: forget,
    onLineLost() {
      repairing.clear();
      turns.clear();
      box.onLineLost();
    },
    isIn: (topic: string) => entered.has(topic),
    entered: (kind: string) => [...entered].filter((topic) => topic.startsWith(`${kind}:`)),
    /** @param last how many of its last events are wanted, if it is new. */
    async enter(topic: string, last?: number) {
      entered.add(topic);
      if (last !== undefined) lastWanted.set(topic, last);
      await repair(topic);
    },
    async leave(topic: string) {
      entered.delete(topic);
      lastWanted.delete(topic);
      const own = session();
      if (own?.ready) await inTurn(topic, () => letGo(own, topic));
      if (!entered.has(topic) && !isAmongAll(topic)) forget(topic);
    },
    /** All that was remembered is gone. */
    reload() {
      box = inbox(boxParts);
    },
  };
}
