import { useStore } from '../base/useStore.ts';
import { Dialog } from '../ui/controls/Dialog.tsx';
import { PasteToken } from './PasteToken.tsx';
import css from './SignIn.module.css';
import { SignInBeside } from './SignInBeside.tsx';
import { useSession } from './useSession.ts';

/** Asks for a new token over whatever is shown: nothing that was typed there is lost. */
export function RenewDialog() {
  const { tokens } = useSession();
  const wanted = useStore(tokens.wanted);
  return (
    <Dialog
      title={tokens.signInBeside ? 'Sign in again' : 'Paste a new token'}
      isOpen={wanted !== undefined}
      onClose={() => tokens.wanted.set(undefined)}
    >
      <div className={css.renew}>
        <p>{wanted?.why} What you have typed stays.</p>
        {tokens.signInBeside && <SignInBeside prepare={tokens.signInBeside} />}
        {tokens.signInBeside && <h3>Paste a token</h3>}
        <PasteToken label="Go on" isPrimary={!tokens.signInBeside} onToken={tokens.give} />
      </div>
    </Dialog>
  );
}
