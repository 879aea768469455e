import { createContext, type ReactNode, useContext, useEffect } from 'react';
import css from './Page.module.css';

export interface PageProps {
  readonly title: string;
  /** Links to what this is a part of, above its name. */
  readonly way?: ReactNode;
  /** A sentence about what is here. */
  readonly about?: ReactNode;
  /** What can be done with all of it. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** Takes the whole height, and what is in it scrolls by itself. @default false */
  readonly isWhole?: boolean;
}

/** What there is to say on whatever page is shown, for as long as it is so. */
export const PageNote = createContext<ReactNode>(undefined);

/** The frame of each page: its one heading, what can be done, and what there is. */
export function Page({ title, way, about, actions, children, isWhole = false }: PageProps) {
  const note = useContext(PageNote);
  useEffect(() => {
    document.title = `${title} · Tidings`;
  }, [title]);
  return (
    <div className={[css.page, isWhole && css.whole].filter(Boolean).join(' ')}>
      <header className={css.head}>
        <div className={css.words}>
          {way}
          <h1 tabIndex={-1}>{title}</h1>
          {/* One takes the place of the other, so that what is below stays where it is. */}
          <div className={css.under} data-noted={note !== undefined}>
            {about !== undefined && <div className={css.about}>{about}</div>}
            {note}
          </div>
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
