import type { ReactNode } from 'react';
import { Chart } from '../ui/live/Chart.tsx';
import { type Figure, numberText, type Span } from './figures.ts';
import css from './overview.module.css';

export interface FigureCardProps {
  readonly figure: Figure;
  readonly times: readonly number[];
  readonly span: Span;
  /** A line below the number. */
  readonly note?: ReactNode;
}

/** A number, its chart, and what its lines are. As high whatever is in it. */
export function FigureCard({ figure, times, span, note }: FigureCardProps) {
  const { title, value, unit, isBad = false, lines, none = '' } = figure;
  const said = lines.map(({ name, newest }) => `${name} ${newest}`).join(', ');
  return (
    <section className={css.figure} aria-label={title}>
      <h2 className={css.title}>{title}</h2>
      <p className={css.number}>
        <strong className={isBad ? css.bad : undefined}>{value}</strong> <span>{unit}</span>
      </p>
      <p className={css.note}>{note}</p>
      <Chart
        label={`${title}, the last ${span}. ${said || none}`}
        times={times}
        lines={lines}
        height={92}
        format={numberText}
      />
      {lines.length === 0 ? (
        <p className={css.legend}>{none}</p>
      ) : (
        <dl className={css.legend}>
          {lines.map(({ name, color = 'accent', newest }) => (
            <div key={name}>
              <dt title={name}>
                <span className={[css.swatch, css[color]].join(' ')} aria-hidden="true" />
                <span className={css.name}>{name}</span>
              </dt>
              <dd>{newest}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}
