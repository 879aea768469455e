import { useStatus } from '@tidings/client/react';
import { askLocal } from '../session/askLocal.ts';
import { useSession } from '../session/useSession.ts';
import { Button } from '../ui/controls/Button.tsx';
import { Card } from '../ui/layout/Page.tsx';
import css from './faults.module.css';
import { Said } from './Said.tsx';
import { useLocal } from './useLocal.ts';

interface Killed {
  readonly killed: number;
}

/** Ends connections, and tokens, as the world does: without a word. */
export function ConnectionsCard() {
  const { tokens, reconnect } = useSession();
  const { session } = useStatus();
  const { isBusy, said, run } = useLocal();
  const kill = (which: { readonly connectionId?: string }) =>
    run(async () => {
      const { killed } = await askLocal<Killed>('/kill', { method: 'POST', json: which });
      return killed === 1
        ? 'One connection was cut.'
        : `${killed.toLocaleString('en')} connections were cut.`;
    });
  return (
    <Card title="Connections and tokens">
      <div className={css.buttons}>
        <Button
          disabled={isBusy || !session}
          onClick={() => session && kill({ connectionId: session.connectionId })}
        >
          Cut mine
        </Button>
        <Button disabled={isBusy} onClick={() => kill({})}>
          Cut all
        </Button>
        {tokens.expireNext && (
          <Button
            disabled={isBusy}
            onClick={() =>
              run(async () => {
                tokens.expireNext?.();
                reconnect();
                return 'This console connects again, with a token that is over.';
              })
            }
          >
            Expire my token
          </Button>
        )}
      </div>
      <Said said={said} />
    </Card>
  );
}
