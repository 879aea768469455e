import { useEffect, useState } from 'react';
import { Scrollable } from '../layout/Scrollable.tsx';
import { IconButton } from './Button.tsx';
import css from './Copy.module.css';

/** How long it says that it has been done. */
const saidMs = 1_500;

/** Puts a text on the clipboard, and says so. */
export function CopyButton({ text, label = 'Copy' }: { readonly text: string; readonly label?: string }) {
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    if (!isDone) return;
    const timer = setTimeout(() => setDone(false), saidMs);
    return () => clearTimeout(timer);
  }, [isDone]);
  const copy = () => navigator.clipboard.writeText(text).then(() => setDone(true));
  return (
    <>
      <IconButton
        size="small"
        icon={isDone ? 'check' : 'copy'}
        label={label}
        onClick={() => void copy().catch(() => {})}
      />
      <span role="status" className="visually-hidden">
        {isDone ? 'Copied' : ''}
      </span>
    </>
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
