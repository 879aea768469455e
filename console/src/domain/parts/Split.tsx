import { type ReactNode, useEffect, useRef } from 'react';
import { IconButton } from '../../ui/controls/Button.tsx';
import css from './parts.module.css';

/** A list, and beside it what was chosen of it. On a small screen that takes its place. */
export function Split({ children, drawer }: { readonly children: ReactNode; readonly drawer?: ReactNode }) {
  const isOpen = drawer !== undefined && drawer !== null && drawer !== false;
  return (
    <div className={[css.split, isOpen && css.open].filter(Boolean).join(' ')}>
      <div className={css.left}>{children}</div>
      {drawer}
    </div>
  );
}

export interface DrawerProps {
  readonly title: string;
  onClose(): void;
  readonly children: ReactNode;
}

/** What was chosen. It takes the focus, and Escape closes it from wherever the focus is in it. */
export function Drawer({ title, onClose, children }: DrawerProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const close = useRef(onClose);
  close.current = onClose;
  // Another one that is chosen is another heading to begin at.
  useEffect(() => {
    const before = document.activeElement;
    heading.current?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [title]);
  // From wherever the focus is: what had it may be gone, as something that was deleted is.
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const isOver = document.querySelector('dialog[open], :popover-open') !== null;
      if (event.key === 'Escape' && !event.defaultPrevented && !isOver) close.current();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
  return (
    <section className={css.drawer} aria-label={title}>
      <header className={css.drawerHead}>
        <h2 ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <IconButton icon="close" label="Close" onClick={onClose} />
      </header>
      <div className={css.drawerBody}>{children}</div>
    </section>
  );
}

/** A part of a drawer. */
export const Part = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <div className={css.part}>
    <h3>{title}</h3>
    {children}
  </div>
);
