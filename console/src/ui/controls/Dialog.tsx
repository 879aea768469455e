import { type ReactNode, useEffect, useId, useRef } from 'react';
import { IconButton } from './Button.tsx';
import css from './Dialog.module.css';

export interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  onClose(): void;
  readonly children: ReactNode;
  /** Without a heading and a cross: what is in it has its own. @default false */
  readonly isBare?: boolean;
  readonly size?: 'normal' | 'wide';
}

/**
 * A dialog over everything, the platform's own: it keeps the focus, gives it back, ends with Escape and leaves the page
 * behind it inert. Others add a style sheet while they are open, which the page's policy refuses.
 */
export function Dialog({ title, isOpen, onClose, children, isBare = false, size = 'normal' }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const shown = dialog.current;
    if (isOpen && shown && !shown.open) {
      shown.showModal();
      // Otherwise it is whatever comes first, be it the cross.
      shown.querySelector<HTMLElement>('input, textarea, select')?.focus();
    }
    return () => shown?.close();
  }, [isOpen]);
  if (!isOpen) return null;
  return (
    // A click beside it closes it too, as Escape does.
    // biome-ignore lint/a11y/useKeyWithClickEvents: the key is Escape, which the platform handles.
    <dialog
      ref={dialog}
      className={[css.dialog, css[size]].join(' ')}
      aria-labelledby={isBare ? undefined : id}
      aria-label={isBare ? title : undefined}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <div className={css.inside}>
        {!isBare && (
          <header className={css.head}>
            <h2 id={id}>{title}</h2>
            <IconButton icon="close" label="Close" onClick={onClose} />
          </header>
        )}
        {children}
      </div>
    </dialog>
  );
}
