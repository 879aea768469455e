import { useStore } from '../base/useStore.ts';
import { Dialog } from '../ui/controls/Dialog.tsx';
import { PasteToken } from './PasteToken.tsx';
import css from './SignIn.module.css';
import { useSession } from './useSession.ts';

/** Asks for a new token over whatever is shown: nothing that was typed there is lost. */
export function RenewDialog() {
  const { tokens } = useSession();
  const wanted = useStore(tokens.wanted);
  return (
    <Dialog
      title="Paste a new token"
      isOpen={wanted !== undefined}
      onClose={() => tokens.wanted.set(undefined)}
    >
      <div className={css.renew}>
        <p>{wanted?.why} What you have typed stays.</p>
        <PasteToken label="Go on" onToken={tokens.give} />
      </div>
    </Dialog>
  );
}
