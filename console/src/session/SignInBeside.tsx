import { useEffect, useState } from 'react';
import { ButtonLink } from '../ui/controls/Button.tsx';
import { Failed } from '../ui/layout/States.tsx';
import css from './SignIn.module.css';
import type { SigningIn, Tokens } from './tokens.ts';

/**
 * Leads to the issuer in another tab, which hands what it brings to this one. A link and no window of a script: that
 * would have to be opened before it is known where it leads.
 */
export function SignInBeside({ prepare }: { readonly prepare: NonNullable<Tokens['signInBeside']> }) {
  const [signingIn, setSigningIn] = useState<SigningIn>();
  const [error, setError] = useState<Error>();
  const [attempt, setAttempt] = useState(0);
  // Each attempt is another question, whose answer is good once.
  useEffect(() => {
    let isShown = true;
    let stop = () => {};
    setError(undefined);
    const show = (next: SigningIn) => {
      stop = next.stop;
      if (!isShown) return stop();
      setSigningIn(next);
      next.done.catch((failed: Error) => isShown && setError(failed));
    };
    prepare().then(show, (failed: Error) => isShown && setError(failed));
    return () => {
      isShown = false;
      stop();
      setSigningIn(undefined);
    };
  }, [prepare, attempt]);
  if (error) {
    return (
      <Failed title="That did not work" onRetry={() => setAttempt(attempt + 1)}>
        {error.message}
      </Failed>
    );
  }
  return (
    <div className={css.issuer}>
      <ButtonLink look="primary" icon="key" href={signingIn?.address} target="_blank" rel="noopener">
        Sign in again
      </ButtonLink>
      <p className={css.about}>in another tab, which comes back to this one</p>
    </div>
  );
}
