import { useClient, useStatus, useTopic } from '@tidings/client/react';
import { useEffect, useMemo, useState } from 'react';
import { usePrincipal } from '../../session/usePrincipal.ts';
import { useSession } from '../../session/useSession.ts';
import type { LogEvent } from '../../topics/log/event.ts';
import { followLog } from '../log/followLog.ts';
import { type AlertView, alertsIn } from './alertList.ts';

/** So many clients are looked into, those of whom something was last heard: each is a topic of its own. */
const maxClients = 10;

/** Every alert that comes to this user, on whichever feed. */
export function useAlerts(): { readonly alerts: readonly AlertView[]; readonly isRead: boolean } {
  const client = useClient();
  const { who } = useSession();
  const { session } = useStatus();
  const isStaff = usePrincipal().roles.includes('msp');
  const own = who.clients?.join() ?? '';
  const { data, isJoined } = useTopic('user');
  const [logs, setLogs] = useState<ReadonlyMap<string, readonly LogEvent[]>>(new Map());
  const [read, setRead] = useState(0);

  useEffect(() => {
    setLogs(new Map());
    setRead(0);
    const stops: (() => void)[] = [];
    const add = (name: string, events: readonly LogEvent[]) =>
      setLogs((before) => new Map(before).set(name, events.filter(isAlert)));
    function follow(name: string) {
      let wasRead = false;
      const { stop } = followLog(client, name, ({ events, isRead }) => {
        add(name, events);
        if (isRead && !wasRead) setRead((before) => before + 1);
        wasRead ||= isRead;
      });
      stops.push(stop);
    }
    follow('tenant');
    follow('user:me');
    if (isStaff) {
      follow('msp');
      follow('client:*');
      stops.push(followClients(client, follow));
    }
    for (const id of own.split(',').filter(Boolean)) follow(`client:${id}`);
    return () => {
      for (const stop of stops) stop();
    };
  }, [client, isStaff, own]);

  const alerts = useMemo(
    () => alertsIn([...logs.values()].flat(), data?.alerts, session?.userId),
    [logs, data?.alerts, session?.userId],
  );
  // Those of single clients come after, and may be many.
  return { alerts, isRead: isJoined && read >= (isStaff ? 4 : 2) };
}

const isAlert = ({ type }: { readonly type: string }) => type === 'alert' || type === 'alert.acknowledged';

/** Those of clients as they come, and before that those of the clients of whom something was last heard. */
function followClients(client: ReturnType<typeof useClient>, follow: (name: string) => void): () => void {
  const all = client.topic('client:*');
  let isOver = false;
  const stop = all.hold();
  all.joined().then(
    () => {
      if (isOver) return;
      const newest = (all.snapshot?.clients ?? []).toSorted((one, other) => other.updatedAt - one.updatedAt);
      for (const { clientId } of newest.slice(0, maxClients)) follow(`client:${clientId}`);
    },
    () => {},
  );
  return () => {
    isOver = true;
    stop();
  };
}
