import type { Client } from '@tidings/client';
import { keep, kept } from '../../base/kept.ts';
import { createValue, type Value } from '../../base/value.ts';
import { followLog, noEvents, type RecentEvents } from '../log/followLog.ts';

/** A room that somebody is in. */
export interface JoinedRoom {
  readonly name: string;
  readonly log: RecentEvents;
  /** How many messages came since it was last looked at. */
  readonly unread: number;
  /** Why the server does not let this user in. */
  readonly refused: string | undefined;
}

export interface JoinedRooms extends Pick<Value<readonly JoinedRoom[]>, 'subscribe' | 'getSnapshot'> {
  join(name: string): void;
  leave(name: string): void;
  /** Which one is looked at; nothing is unread in it. */
  look(name: string | undefined): void;
}

const known = new WeakMap<Client, JoinedRooms>();

/**
 * The rooms of a session. Who joined one stays in it, and is seen there by others, until leaving it or ending the
 * session.
 */
export function joinedRooms(client: Client, owner: string, storage: Storage = sessionStorage): JoinedRooms {
  const found = known.get(client);
  if (found) return found;
  const made = createRooms(client, `tidings.rooms.${owner}`, storage);
  known.set(client, made);
  return made;
}

function createRooms(client: Client, key: string, storage: Storage): JoinedRooms {
  const value = createValue<readonly JoinedRoom[]>([]);
  const stops = new Map<string, () => void>();
  let looked: string | undefined;

  const change = (name: string, part: (before: JoinedRoom) => Partial<JoinedRoom>) =>
    value.set(value.getSnapshot().map((room) => (room.name === name ? { ...room, ...part(room) } : room)));
  const keepNames = () =>
    keep(
      key,
      value.getSnapshot().map(({ name }) => name),
      storage,
    );

  function follow(name: string) {
    const { topic, stop } = followLog(client, `room:${name}`, (log) => change(name, () => ({ log })));
    const ends = [
      stop,
      topic.on('error', ({ message }) => change(name, () => ({ refused: message }))),
      topic.on('joined', () => change(name, () => ({ refused: undefined }))),
      client.topic('room', name).on('room.message', () => {
        if (looked !== name) change(name, ({ unread }) => ({ unread: unread + 1 }));
      }),
    ];
    stops.set(name, () => {
      for (const end of ends) end();
    });
  }

  function join(name: string) {
    if (stops.has(name)) return;
    value.set([...value.getSnapshot(), { name, log: noEvents, unread: 0, refused: undefined }]);
    keepNames();
    follow(name);
  }

  for (const name of kept<readonly string[]>(key, [], storage)) join(name);
  return {
    subscribe: value.subscribe,
    getSnapshot: value.getSnapshot,
    join,
    leave(name) {
      stops.get(name)?.();
      stops.delete(name);
      value.set(value.getSnapshot().filter((room) => room.name !== name));
      keepNames();
    },
    look(name) {
      looked = name;
      if (name !== undefined) change(name, () => ({ unread: 0 }));
    },
  };
}
