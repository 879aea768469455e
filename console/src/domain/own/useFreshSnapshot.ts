import type { TidingsError } from '@tidings/client';
import { useClient } from '@tidings/client/react';
import { useEffect, useState } from 'react';
import { asking, topicOf } from '../../topics/kinds.ts';

export interface FreshSnapshot {
  readonly snapshot: unknown;
  readonly isJoined: boolean;
  readonly error: TidingsError | undefined;
}

const nothing: FreshSnapshot = { snapshot: undefined, isJoined: false, error: undefined };

/**
 * A topic's state, read again after each event: how a feature's events change its state, its own client knows and the
 * console does not.
 */
export function useFreshSnapshot(name: string): FreshSnapshot {
  const client = useClient();
  const [state, setState] = useState(nothing);
  useEffect(() => {
    setState(nothing);
    const topic = topicOf(client, name);
    let isOver = false;
    let isReading = false;
    let isDue = false;
    const show = (part: Partial<FreshSnapshot>) => !isOver && setState((before) => ({ ...before, ...part }));

    /** One question at a time; what comes meanwhile asks once more. */
    async function read() {
      isDue = true;
      if (isReading) return;
      isReading = true;
      while (isDue && !isOver) {
        isDue = false;
        await asking(client)('subscribe', {}, { topic: name }).then(
          ({ snapshot }) => show({ snapshot }),
          () => {},
        );
      }
      isReading = false;
    }

    const stops = [
      topic.on('snapshot', (snapshot: unknown) => show({ snapshot })),
      topic.on('joined', () => show({ isJoined: true, error: undefined })),
      topic.on('error', (error) => show({ error })),
      topic.on('*', () => void read()),
    ];
    topic.joined().then(
      () => show({ isJoined: true, snapshot: topic.snapshot }),
      () => {},
    );
    return () => {
      isOver = true;
      for (const stop of stops) stop();
    };
  }, [client, name]);
  return state;
}
