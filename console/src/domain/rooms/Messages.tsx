import type { PendingSend } from '@tidings/client/react';
import { Button } from '../../ui/controls/Button.tsx';
import { Scrollable } from '../../ui/layout/Scrollable.tsx';
import { Loading } from '../../ui/layout/States.tsx';
import type { RecentEvents } from '../log/followLog.ts';
import { When } from '../parts/When.tsx';
import talk from '../talk/talk.module.css';
import { useStickToEnd } from '../talk/useStickToEnd.ts';
import css from './rooms.module.css';

export interface MessagesProps {
  readonly log: RecentEvents;
  readonly pending: readonly PendingSend<{ readonly body: string }>[];
  onRetry(ref: string): void;
  onDismiss(ref: string): void;
}

/** What was said, the newest last. It stays at the end unless somebody scrolls back. */
export function Messages({ log, pending, onRetry, onDismiss }: MessagesProps) {
  const messages = log.events.filter(({ type }) => type === 'room.message');
  const end = useStickToEnd(messages.length + pending.length);
  return (
    <Scrollable label="Messages" className={talk.said} {...end}>
      {!log.isRead && messages.length === 0 && <Loading lines={4} label="Waiting for the room" />}
      {log.isRead && messages.length + pending.length === 0 && (
        <p className={css.quiet}>Nothing was said here that is still kept.</p>
      )}
      <div role="log" aria-live="polite">
        <ol>
          {messages.map(({ key, from, ts, payload }) => (
            <li key={key} className={css.message}>
              <span className={css.from}>{from}</span>
              <span className={css.at}>{ts !== undefined && <When at={ts} />}</span>
              <p>{(payload as { readonly body: string }).body}</p>
            </li>
          ))}
          {pending.map(({ ref, payload, state, error }) => (
            <li key={ref} className={css.message} data-pending="true">
              <span className={css.from}>you</span>
              <span className={css.at}>{state === 'sending' ? 'sending' : 'not sent'}</span>
              <p>{payload.body}</p>
              {state === 'failed' && (
                <p className={css.failed} role="alert">
                  {error?.message ?? 'It was not sent.'}
                  <Button size="small" onClick={() => onRetry(ref)}>
                    Try again
                  </Button>
                  <Button size="small" look="plain" onClick={() => onDismiss(ref)}>
                    Forget it
                  </Button>
                </p>
              )}
            </li>
          ))}
        </ol>
      </div>
    </Scrollable>
  );
}
