import { itemsOf, listOf } from '../base/incoming.ts';
import { liveStore } from '../base/liveStore.ts';
import type { Store } from '../base/store.ts';
import type { TidingsError } from '../base/tidingsError.ts';
import type { AnyClient, Client } from '../client.ts';
import type { RequestAnswer } from '../contract.ts';
import type { TidingsContract } from './tidingsContract.ts';

/** Somebody who is in a room. */
export interface PresentUser {
  readonly userId: string;
  /** With how many connections, as far as is known: whoever came since the list was read counts one, who is away for a moment none. */
  readonly devices: number;
  /** What they show of themselves, by `presence.set`. */
  readonly data?: unknown;
}

/** Who is in a room. */
export interface Presence {
  /** Each user once. Absent until it is known, and where there are too many to be named. */
  readonly users: readonly PresentUser[] | undefined;
  /** How many users there are, once it is known. */
  readonly count: number | undefined;
  readonly error: TidingsError | undefined;
}

type Change = TidingsContract['events']['presence'];

/** Nobody is known to be there. */
export const unknownPresence: Presence = { users: undefined, count: undefined, error: undefined };

/** Who is in a room, kept up while somebody listens. The room is followed, so one is in it oneself. */
export function createPresence(anyClient: AnyClient, roomId: string): Store<Presence> {
  const client: Pick<Client, 'topic' | 'request' | 'status'> = anyClient;
  const room = client.topic('room', roomId);
  return liveStore<Presence>(unknownPresence, ({ getSnapshot, set }) => {
    let isOver = false;
    let run = 0;
    /** What came while an answer is on its way. */
    let meanwhile: Change[] | undefined;
    let askedOn: string | undefined;

    async function ask() {
      const mine = ++run;
      const missed: Change[] = [];
      meanwhile = missed;
      let listed: Presence;
      try {
        await room.joined();
        listed = toPresence(await client.request('presence.get', {}, { topic: room.name }));
      } catch (error) {
        listed = { ...getSnapshot(), error: error as TidingsError };
      }
      if (isOver || mine !== run) return;
      meanwhile = undefined;
      // It may be in the answer already; applying it twice does no harm.
      set(missed.reduce(afterChange, listed));
    }

    /** What happened while there was no connection is not told again. */
    function onStatus() {
      const { session } = client.status.getSnapshot();
      if (!session || session.connectionId === askedOn) return;
      askedOn = session.connectionId;
      void ask();
    }

    function onChange(change: Change) {
      if (meanwhile) {
        meanwhile.push(change);
        return;
      }
      const after = afterChange(getSnapshot(), change);
      set(after);
      if ('joined' in change && after.users?.length !== change.count) void ask();
    }

    const stops = [
      room.on('presence', ({ payload }) => onChange(payload)),
      room.on('error', (error) => set({ ...unknownPresence, error })),
      client.status.subscribe(onStatus),
    ];
    onStatus();
    return () => {
      isOver = true;
      for (const stop of stops) stop();
    };
  });
}

/** Those away count: the room is told when they have left, and not when they are back. */
function toPresence(answer: RequestAnswer<TidingsContract, 'presence.get'>): Presence {
  if (!('users' in answer)) {
    return { users: undefined, count: answer.count + (answer.away ?? 0), error: undefined };
  }
  const away = (answer.away ?? []).map((userId) => ({ userId, devices: 0 }));
  const users = [...answer.users, ...away];
  return { users, count: users.length, error: undefined };
}

function afterChange(before: Presence, change: Change): Presence {
  if (!('joined' in change) || !before.users) {
    return { users: undefined, count: change.count, error: undefined };
  }
  const left = itemsOf(change.left);
  const stayed = before.users.filter(({ userId }) => !left.includes(userId));
  const came = itemsOf<string>(change.joined).filter(
    (userId) => !stayed.some((user) => user.userId === userId),
  );
  const shown = new Map(listOf(change.data).map(({ userId, data }) => [userId, data]));
  const users = [...stayed, ...came.map((userId) => ({ userId, devices: 1 }))].map((user) =>
    shown.has(user.userId) ? { ...user, data: shown.get(user.userId) } : user,
  );
  return { users, count: users.length, error: undefined };
}
