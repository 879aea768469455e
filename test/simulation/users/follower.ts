import type { Journal } from '../journal.ts';
import type { Scheduler } from '../world/scheduler.ts';
import type { Intent, Reply } from './asks.ts';
import { type CaughtUp, type Event, type InboxParts, inbox } from './inbox.ts';
import { feedsOf, mayFollow, type Person } from './people.ts';

/** What a follower has to know of the connection of today. */
export interface Following {
  ready: boolean;
  readonly rights: Person;
}

export interface FollowerParts {
  readonly name: string;
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
export function follower({ name, scheduler, journal, ask, session, onEvent }: FollowerParts) {
  /** Rooms, boards and conversations: whatever was asked for beyond the feeds. */
  const entered = new Set<string>();
  const repairing = new Set<string>();
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
  };

  /** A board may be none of a user's any more; it is followed again once it is. */
  const followed = (rights: Person) => [
    ...feedsOf(rights),
    ...[...entered].filter((topic) => mayFollow(rights, topic)),
  ];
  const sinceField = (topic: string) => {
    const since = box.sinceOf(topic);
    return since ? { since } : {};
  };

  const repair = async (topic: string): Promise<void> => {
    const own = session();
    if (!own?.ready || repairing.has(topic) || !mayFollow(own.rights, topic)) return;
    repairing.add(topic);
    let more = true;
    while (more && session() === own) {
      const cursor = box.cursorOf(topic);
      const payload = { ...sinceField(topic), ...(cursor !== undefined && { cursor }) };
      const reply = await ask({ action: 'subscribe', topic, payload });
      if (session() !== own) return;
      if (reply?.payload.retryable) await scheduler.wait(againMs);
      else more = reply?.type === 'subscribed' && box.catchUp(topic, reply.payload as unknown as CaughtUp);
    }
    if (session() === own) repairing.delete(topic);
  };

  const leaveForbidden = (rights: Person) => {
    for (const topic of [...box.positions().keys()]) if (!mayFollow(rights, topic)) forget(topic);
    if (!mayFollow(rights, 'msp')) forget('client:*');
  };

  return {
    repair,
    followed,
    leaveForbidden,
    /** Says hello on a new connection. @returns whether that was answered. */
    async greet(own: Following): Promise<boolean> {
      leaveForbidden(own.rights);
      const subs = followed(own.rights).map((topic) => ({ topic, ...sinceField(topic) }));
      const reply = await ask({ action: 'hello', payload: { v: 1, clientId: name, subs } });
      if (session() !== own || reply?.type !== 'ack') return false;
      for (const entry of reply.payload.subs as (CaughtUp & { topic: string; error?: object })[]) {
        if (entry.error) forget(entry.topic);
        else if (box.catchUp(entry.topic, entry)) void repair(entry.topic);
      }
      return true;
    },
    /** Asks whether anything was lost. @returns false when it may not ask about all that it follows. */
    async sync(own: Following): Promise<boolean> {
      const heads: Record<string, unknown> = {};
      for (const topic of [...followed(own.rights), ...box.positions().keys()]) {
        heads[topic] = box.sinceOf(topic) ?? { seq: 0 };
      }
      if (heads['client:*'] && !box.sinceOf('client:*')) heads['client:*'] = { at: 0 };
      const reply = await ask({ action: 'sync', payload: { heads } });
      if (session() !== own || !reply) return true;
      if (reply.type !== 'ack') return reply.payload.code !== 'forbidden';
      const behind = reply.payload.behind as Record<string, { epoch: string | null; seq: number }>;
      for (const [topic, head] of Object.entries(behind)) {
        const has = box.positionOf(topic);
        if (has?.epoch !== head.epoch || has.seq < head.seq) void repair(topic);
      }
      return true;
    },
    /** A new token may have brought feeds. */
    joinFeeds(rights: Person) {
      for (const topic of feedsOf(rights)) if (!box.sinceOf(topic)) void repair(topic);
    },
    take: (event: Event) => box.take(event),
    drop: forget,
    onLineLost() {
      repairing.clear();
      box.onLineLost();
    },
    isIn: (topic: string) => entered.has(topic),
    entered: (kind: string) => [...entered].filter((topic) => topic.startsWith(`${kind}:`)),
    async enter(topic: string) {
      entered.add(topic);
      await repair(topic);
    },
    async leave(topic: string) {
      entered.delete(topic);
      await ask({ action: 'unsubscribe', topic });
      if (!entered.has(topic)) forget(topic);
    },
    /** All that was remembered is gone. */
    reload() {
      box = inbox(boxParts);
    },
  };
}
