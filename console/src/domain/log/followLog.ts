import type { AnyClient } from '@tidings/client';
import { type AnyTopic, topicOf } from '../../topics/kinds.ts';
import { createTopicLog } from '../../topics/log/createTopicLog.ts';
import type { LogEvent } from '../../topics/log/event.ts';
import { pastByReplay } from '../../topics/log/readPast.ts';

/** The newest events of a topic, as one who follows it has them. */
export interface RecentEvents {
  /** Those with a number, the oldest first. */
  readonly events: readonly LogEvent[];
  /** Whether those from before have been read. */
  readonly isRead: boolean;
}

export const noEvents: RecentEvents = { events: [], isRead: false };

export interface Following {
  readonly topic: AnyTopic;
  stop(): void;
}

/** Follows a topic by its name on the wire, from its last events on. Nobody but who may follow it needs a right for that. */
export function followLog(
  client: AnyClient,
  name: string,
  onChange: (recent: RecentEvents) => void,
): Following {
  const topic = topicOf(client, name);
  const log = createTopicLog({
    name,
    topic,
    readPast: pastByReplay(client, name, false),
    readsUnfollowed: false,
    // Pictures are not made of a tab that nobody looks at, where messages are counted all the same.
    later: queueMicrotask,
  });
  const tell = () => {
    const { events, isReading, isJoined, refused } = log.getSnapshot();
    onChange({
      events: events.filter(({ seq }) => seq !== undefined).toReversed(),
      isRead: refused !== undefined || (isJoined && !isReading),
    });
  };
  const unsubscribe = log.subscribe(tell);
  tell();
  return {
    topic,
    stop() {
      unsubscribe();
      log.stop();
    },
  };
}
