import type { Client } from '@tidings/client';
import { useState } from 'react';
import { topicOf } from '../kinds.ts';

const chosen = new WeakMap<Client, Set<string>>();

/** What somebody chose to follow although it is seen: for as long as the session lasts. */
function chosenBy(client: Client): Set<string> {
  const known = chosen.get(client) ?? new Set();
  chosen.set(client, known);
  return known;
}

/** Whether a topic is followed, and how to follow it or to leave it. */
export interface Following {
  readonly isFollowed: boolean;
  /** Absent where nobody sees who follows: then it is followed at once. */
  readonly follow?: (next: boolean) => void;
}

/**
 * Whoever looks writes nothing that others see. To follow a topic with presence makes one present in it, so that it is
 * followed once somebody has chosen so, or where one is in it already.
 */
export function useFollowing(client: Client, name: string, hasPresence: boolean): Following {
  const [isFollowed, setFollowed] = useState(
    () => !hasPresence || chosenBy(client).has(name) || topicOf(client, name).isJoined,
  );
  if (!hasPresence) return { isFollowed: true };
  return {
    isFollowed,
    follow(next) {
      if (next) chosenBy(client).add(name);
      else chosenBy(client).delete(name);
      setFollowed(next);
    },
  };
}
