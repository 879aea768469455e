import { useEffect, useState } from 'react';
import { Scrollable } from '../layout/Scrollable.tsx';
import { IconButton } from './Button.tsx';
import css from './Copy.module.css';

/** How long it says what became of it. */
const saidMs = 2_500;

/** Puts a text on the clipboard, and says whether it is there. */
export function CopyButton({ text, label = 'Copy' }: { readonly text: string; readonly label?: string }) {
  const [said, setSaid] = useState('');
  useEffect(() => {
    const timer = setTimeout(setSaid, saidMs, '');
    return () => clearTimeout(timer);
  }, [said]);
  async function copy() {
    try {
      // There is none where the page came over plain HTTP from another machine.
      await navigator.clipboard.writeText(text);
      setSaid('Copied');
    } catch {
      setSaid('Not copied: the browser refuses');
    }
  }
  return (
    <span className={css.copy}>
      <IconButton size="small" icon="copy" label={label} onClick={() => void copy()} />
      <span role="status">{said}</span>
    </span>
  );
}

/** A command or an address, as it is typed, with a button that copies it. */
export function Code({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <div className={css.code}>
      <Scrollable label={label}>
        <pre>{text}</pre>
      </Scrollable>
      <CopyButton text={text} label={`Copy: ${label}`} />
    </div>
  );
}
