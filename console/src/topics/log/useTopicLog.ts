import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Session } from '../../session/createSession.ts';
import { topicOf } from '../kinds.ts';
import { createTopicLog, type TopicLog, type TopicLogStore } from './createTopicLog.ts';
import { pastByAction, pastByReplay } from './readPast.ts';

export interface LookedAt {
  readonly name: string;
  /** Whose feed it is, where it is not one's own: then it is only read. */
  readonly whose: string | undefined;
  /** Otherwise it is only read. */
  readonly isFollowed: boolean;
  /** Whether the log may be read as an admin does. */
  readonly isReader: boolean;
  /** Whether the kind gives its last events. */
  readonly history: boolean;
}

const nothing: TopicLog = { events: [], more: false, isReading: true, isJoined: false };
const noStore = { subscribe: () => () => {}, getSnapshot: () => nothing };

/** A topic while it is looked at, with what was before. */
export function useTopicLog(
  session: Session,
  looked: LookedAt,
): readonly [TopicLog, TopicLogStore | undefined] {
  const { name, whose, isFollowed, isReader, history } = looked;
  const [store, setStore] = useState<TopicLogStore>();
  useEffect(() => {
    const { client } = session;
    const topic = whose === undefined && isFollowed ? topicOf(client, name) : undefined;
    const replay = topic && pastByReplay(client, name, history);
    const made = createTopicLog({
      name,
      topic,
      readPast: isReader ? pastByAction(client, name, whose) : replay,
      readsUnfollowed: isReader,
    });
    setStore(made);
    return made.stop;
  }, [session, name, whose, isFollowed, isReader, history]);
  const { subscribe, getSnapshot } = store ?? noStore;
  return [useSyncExternalStore(subscribe, getSnapshot), store];
}
