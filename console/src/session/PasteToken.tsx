import { type FormEvent, useState } from 'react';
import { Button } from '../ui/controls/Button.tsx';
import { TextField } from '../ui/controls/Field.tsx';
import { looksLikeToken, personOfToken } from './person.ts';
import css from './SignIn.module.css';

export interface PasteTokenProps {
  /** What the button says. */
  readonly label: string;
  /** Whether it is the one thing to do here. @default true */
  readonly isPrimary?: boolean;
  /** @throws Error with what is to be said at the field, where it does not do here */
  onToken(token: string): void;
}

/** Takes a token. It is shown to nobody, goes into no address, and is kept until the tab is closed. */
export function PasteToken({ label, isPrimary = true, onToken }: PasteTokenProps) {
  const [text, setText] = useState('');
  const [error, setError] = useState<string>();
  const token = text.trim().replace(/^Bearer\s+/i, '');
  const { user, tenant, expiresAt } = personOfToken(token);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!looksLikeToken(token)) return setError('This is no token: it has three parts with dots between.');
    if (expiresAt !== undefined && expiresAt < Date.now()) return setError('This token is over.');
    try {
      onToken(token);
      setText('');
    } catch (refused) {
      setError((refused as Error).message);
    }
  }

  return (
    <form className={css.form} onSubmit={submit} noValidate>
      <TextField
        label="Token"
        type="password"
        value={text}
        error={error}
        hint={
          user === undefined
            ? 'A JWT of the stage’s issuer. It is kept in this tab until you close it.'
            : `${user}${tenant === undefined ? '' : ` of ${tenant}`}, as the token says.`
        }
        onChange={({ target }) => {
          setText(target.value);
          setError(undefined);
        }}
      />
      <Button type="submit" look={isPrimary ? 'primary' : 'normal'}>
        {label}
      </Button>
    </form>
  );
}
