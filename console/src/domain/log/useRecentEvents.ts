import { useClient } from '@tidings/client/react';
import { useEffect, useState } from 'react';
import { followLog, noEvents, type RecentEvents } from './followLog.ts';

/** The newest events of a topic, by its name on the wire, followed while the component is there. */
export function useRecentEvents(name: string): RecentEvents {
  const client = useClient();
  const [recent, setRecent] = useState<RecentEvents>(noEvents);
  useEffect(() => followLog(client, name, setRecent).stop, [client, name]);
  return recent;
}
