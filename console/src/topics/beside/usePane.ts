import type { TidingsError } from '@tidings/client';
import { useEffect, useState } from 'react';
import type { Session } from '../../session/createSession.ts';
import { topicOf } from '../kinds.ts';
import { type Arrival, toArrival } from './beside.ts';

/** What one person gets of a topic. */
export interface Pane {
  readonly arrivals: readonly Arrival[];
  readonly isJoined: boolean;
  readonly refused?: TidingsError;
  readonly snapshot: unknown;
}

/** So many events are compared. */
const maxArrivals = 200;
const nothing: Pane = { arrivals: [], isJoined: false, snapshot: undefined };

/** Follows a topic as one of two people, and notes when each event came. */
export function usePane(session: Session | undefined, name: string): Pane {
  const [pane, setPane] = useState<Pane>(nothing);
  useEffect(() => {
    setPane(nothing);
    if (!session) return;
    const topic = topicOf(session.client, name);
    let arrivals: readonly Arrival[] = [];
    let isDue = false;
    let isOver = false;
    /** Several may come before the next picture. */
    function tell() {
      if (isDue) return;
      isDue = true;
      requestAnimationFrame(() => {
        isDue = false;
        if (isOver) return;
        const { isJoined, snapshot, error } = topic;
        setPane({ arrivals, isJoined, snapshot, ...(error && { refused: error }) });
      });
    }
    const stops = [
      topic.on('*', (event) => {
        arrivals = [...arrivals, toArrival(event as never, name, performance.now())].slice(-maxArrivals);
        tell();
      }),
      topic.on('joined', tell),
      topic.on('error', tell),
      topic.on('snapshot', tell as never),
    ];
    tell();
    return () => {
      isOver = true;
      for (const stop of stops) stop();
    };
  }, [session, name]);
  return pane;
}
