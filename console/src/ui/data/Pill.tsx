import type { ReactNode } from 'react';
import css from './Pill.module.css';

export type Tone = 'neutral' | 'accent' | 'good' | 'warn' | 'bad';

/** A word that says how something stands. The colour only repeats it. */
export function Pill({
  tone = 'neutral',
  dot = false,
  children,
}: {
  readonly tone?: Tone;
  readonly dot?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <span className={[css.pill, css[tone]].join(' ')}>
      {dot && <span className={css.dot} aria-hidden="true" />}
      {children}
    </span>
  );
}
