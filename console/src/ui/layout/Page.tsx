import { type ReactNode, useEffect } from 'react';
import css from './Page.module.css';

export interface PageProps {
  readonly title: string;
  /** A sentence about what is here. */
  readonly about?: ReactNode;
  /** What can be done with all of it. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** Takes the whole height, and what is in it scrolls by itself. @default false */
  readonly isWhole?: boolean;
}

/** The frame of each page: its one heading, what can be done, and what there is. */
export function Page({ title, about, actions, children, isWhole = false }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Tidings`;
  }, [title]);
  return (
    <div className={[css.page, isWhole && css.whole].filter(Boolean).join(' ')}>
      <header className={css.head}>
        <div className={css.words}>
          <h1 tabIndex={-1}>{title}</h1>
          {about !== undefined && <p className={css.about}>{about}</p>}
        </div>
        {actions !== undefined && <div className={css.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A part of a page, on a ground of its own. */
export function Card({
  title,
  actions,
  children,
}: {
  readonly title?: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section className={css.card} aria-label={title}>
      {title !== undefined && (
        <header className={css.cardHead}>
          <h2>{title}</h2>
          {actions}
        </header>
      )}
      {children}
    </section>
  );
}

/** Parts side by side, as many as there is room for. */
export const Columns = ({ children }: { readonly children: ReactNode }) => (
  <div className={css.columns}>{children}</div>
);

/** Parts one below the other, as one of several columns. */
export const Stack = ({ children }: { readonly children: ReactNode }) => (
  <div className={css.stack}>{children}</div>
);
