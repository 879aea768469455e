import type { ReactNode } from 'react';
import { Time } from '../ui/data/Time.tsx';
import { Chart, type ChartProps, valueText } from '../ui/live/Chart.tsx';
import { type Figure, numberText, type Span } from './figures.ts';
import css from './overview.module.css';

export interface FigureCardProps extends Pick<ChartProps, 'onPlace'> {
  readonly figure: Figure;
  readonly times: readonly number[];
  readonly span: Span;
  /** The moment that is pointed at, in whichever card. */
  readonly at: number | undefined;
  /** A line below the number. */
  readonly note?: ReactNode;
}

/** A number, its chart, and what its lines are. As high whatever is in it. */
export function FigureCard({ figure, times, span, at, onPlace, note }: FigureCardProps) {
  const { title, value, unit, isBad = false, lines, none = '' } = figure;
  const place = at === undefined ? -1 : times.indexOf(at);
  const said = lines.map(({ name, newest }) => `${name} ${newest}`).join(', ');
  return (
    <section className={css.figure} aria-label={title}>
      <h2 className={css.title}>{title}</h2>
      <p className={css.number}>
        <strong className={isBad ? css.bad : undefined}>{value}</strong> <span>{unit}</span>
      </p>
      <p className={css.note}>{place < 0 ? note : <Time at={times[place] ?? 0} />}</p>
      <Chart
        name={title}
        label={`${title}, the last ${span}. ${said || none}`}
        times={times}
        lines={lines}
        height={92}
        format={numberText}
        place={place}
        onPlace={onPlace}
      />
      {lines.length === 0 ? (
        <p className={css.legend}>{none}</p>
      ) : (
        <dl className={css.legend}>
          {lines.map(({ name, color = 'accent', newest, values }) => (
            <div key={name}>
              <dt title={name}>
                <span className={[css.swatch, css[color]].join(' ')} aria-hidden="true" />
                <span className={css.name}>{name}</span>
              </dt>
              <dd>{place < 0 ? newest : valueText(values[place], numberText)}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}
