import type { TidingsContract } from '@tidings/client';
import { type RequestAnswer, type RequestName, type RequestPayload, TidingsError } from '@tidings/client';
import { useClient } from '@tidings/client/react';
import { useCallback, useRef, useState } from 'react';
import { newRef } from '../../base/newRef.ts';

export interface Asking<N extends RequestName<TidingsContract>> {
  /** @returns the answer, or nothing where it was refused: why is in `error` */
  ask(payload: RequestPayload<TidingsContract, N>): Promise<RequestAnswer<TidingsContract, N> | undefined>;
  readonly isBusy: boolean;
  readonly error: TidingsError | undefined;
  /** What the server says of one field of the payload. */
  problemAt(field: string): string | undefined;
  /** Forgets what was refused. */
  clear(): void;
  /** Waits for no answer any more. */
  giveUp(): void;
}

/** Asks for an action. What may have succeeded although no answer came is asked again under its own `ref`. */
export function useAsk<N extends RequestName<TidingsContract>>(action: N, topic?: string): Asking<N> {
  const client = useClient();
  const [busy, setBusy] = useState(0);
  const [error, setError] = useState<TidingsError>();
  const open = useRef<{ readonly asked: string; readonly ref: string }>(undefined);
  const giveUp = useRef(() => {});

  const ask = useCallback(
    async (payload: RequestPayload<TidingsContract, N>) => {
      const asked = JSON.stringify([topic, payload]);
      const ref = open.current?.asked === asked ? open.current.ref : newRef();
      const call = new AbortController();
      giveUp.current = () => call.abort(gaveUp(ref));
      setBusy((before) => before + 1);
      setError(undefined);
      try {
        const request = client.request as (...given: readonly unknown[]) => Promise<unknown>;
        const answer = await request(action, payload, {
          ref,
          signal: call.signal,
          ...(topic !== undefined && { topic }),
        });
        open.current = undefined;
        return answer as RequestAnswer<TidingsContract, N>;
      } catch (thrown) {
        const why = thrown instanceof TidingsError ? thrown : new TidingsError('internal', String(thrown));
        open.current = why.ref === undefined ? undefined : { asked, ref: why.ref };
        setError(why);
        return undefined;
      } finally {
        setBusy((before) => before - 1);
      }
    },
    [client, action, topic],
  );

  return {
    ask,
    isBusy: busy > 0,
    error,
    problemAt: (field) => error?.details.find(({ path }) => path === `payload.${field}`)?.message,
    clear: useCallback(() => setError(undefined), []),
    giveUp: () => giveUp.current(),
  };
}

const gaveUp = (ref: string) =>
  new TidingsError('given_up', 'You gave it up. If it was sent it may succeed; unchanged it does so once.', {
    retryable: true,
    ref,
  });
