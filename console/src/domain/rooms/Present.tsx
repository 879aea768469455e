import { type Presence, useStatus } from '@tidings/client/react';
import { useState } from 'react';
import { useRight } from '../../contract/useRight.ts';
import { useKept } from '../../session/useKept.ts';
import { Button } from '../../ui/controls/Button.tsx';
import { Dialog } from '../../ui/controls/Dialog.tsx';
import { TextField } from '../../ui/controls/Field.tsx';
import { AskForm } from '../parts/FormDialog.tsx';
import parts from '../parts/parts.module.css';
import { useAsk } from '../parts/useAsk.ts';
import { shownText, typedData } from './presenceData.ts';
import css from './rooms.module.css';

/** Who is here, and what one shows of oneself. */
export function Present({ roomId, presence }: { readonly roomId: string; readonly presence: Presence }) {
  const [isOpen, setOpen] = useState(false);
  const { session } = useStatus();
  const { users = [], count } = presence;
  return (
    <>
      <Button size="small" icon="people" onClick={() => setOpen(true)} className={css.present}>
        {count === undefined ? '…' : count} here
      </Button>
      <Dialog title={`Who is in ${roomId}`} isOpen={isOpen} onClose={() => setOpen(false)}>
        <ul className={css.people} aria-label="Who is here">
          {users.map(({ userId, devices, data }) => (
            <li key={userId} className={css.person}>
              <span className={css.from}>
                {userId}
                {userId === session?.userId && ', you'}
              </span>
              <span className={css.shows}>{shownText(data)}</span>
              <span className={css.at}>
                {devices === 0 ? 'away' : devices === 1 ? '1 device' : `${devices} devices`}
              </span>
            </li>
          ))}
          {users.length === 0 && <li className={css.quiet}>Too many to be named.</li>}
        </ul>
        <ShowForm roomId={roomId} />
      </Dialog>
    </>
  );
}

function ShowForm({ roomId }: { readonly roomId: string }) {
  const right = useRight('presence.set');
  const { ask, isBusy, error, problemAt, clear, giveUp } = useAsk('presence.set', `room:${roomId}`);
  const [text, setText] = useKept(`rooms.shows.${roomId}`, '');
  return (
    <AskForm
      title="What you show of yourself"
      submit="Show it"
      fields={['data']}
      {...{ isBusy, error, right, giveUp }}
      onSubmit={() => void ask({ data: typedData(text) })}
    >
      <div className={parts.bare}>
        <TextField
          label="What you show of yourself"
          hint="A few words, or any JSON up to 256 bytes. Empty: nothing."
          value={text}
          error={problemAt('data')}
          onChange={({ target }) => {
            clear();
            setText(target.value);
          }}
        />
      </div>
    </AskForm>
  );
}
