import { useEffect, useState } from 'react';
import { useStore } from '../base/useStore.ts';
import { whileSeen } from '../base/whileSeen.ts';
import { askLocal } from '../session/askLocal.ts';
import { useSession } from '../session/useSession.ts';
import { Select } from '../ui/controls/Field.tsx';
import { Pill } from '../ui/data/Pill.tsx';
import { Table } from '../ui/data/Table.tsx';
import { newestDelay } from './arrival.ts';
import { FigureCard } from './FigureCard.tsx';
import { type Figure, type Figures, figuresOf, numberText, type Span, spans } from './figures.ts';
import { type Hour, type Metrics, watchHour } from './hour.ts';
import css from './overview.module.css';

/** What the local stack did in the last hour. */
export function StackFigures() {
  const [span, setSpan] = useState<Span>('5 minutes');
  const hour = useHour();
  const { where } = useSession();
  const shown = figuresOf(hour, span, where.mode === 'local' ? where.engine : '');
  return (
    <section aria-label="The stack" className={css.stack}>
      <header className={css.bar}>
        <h2>The stack, all tenants</h2>
        <State hour={hour} />
        <Select
          label="Of the last"
          hideLabel
          value={span}
          onChange={({ target }) => setSpan(target.value as Span)}
        >
          {Object.keys(spans).map((one) => (
            <option key={one} value={one}>
              last {one}
            </option>
          ))}
        </Select>
      </header>
      <Cards shown={shown} span={span} />
      <details className={css.asTable}>
        <summary>The same as a table</summary>
        <FigureTable {...shown} />
      </details>
    </section>
  );
}

/** It stands where it stood: what is shown does not move when the stack is away. */
function State({ hour: { current, error } }: { readonly hour: Hour }) {
  const [tone, word] =
    error !== undefined
      ? (['warn', 'No answer: as it was, asked again'] as const)
      : current
        ? (['good', 'Live'] as const)
        : (['neutral', 'Asking'] as const);
  return (
    <span role="status" title={error}>
      <Pill tone={tone} dot>
        {word}
      </Pill>
    </span>
  );
}

function Cards({ shown: { times, figures }, span }: { readonly shown: Figures; readonly span: Span }) {
  const { wire } = useSession();
  const delay = newestDelay(wire, useStore(wire));
  // One moment for all: what else was then is seen at once. It moves on with what it is the time of.
  const [at, setAt] = useState<number>();
  const note =
    delay === undefined ? (
      <>
        None here yet: <a href="#/topics">follow a topic</a>
      </>
    ) : (
      `Newest event: here after ${numberText(delay)} ms`
    );
  return (
    <div className={css.figures}>
      {figures.map((figure) => (
        <FigureCard
          key={figure.title}
          figure={figure}
          times={times}
          span={span}
          at={at}
          onPlace={(place) => setAt(place === undefined ? undefined : times[place])}
          note={figure.title === 'Publish to delivered' ? note : undefined}
        />
      ))}
    </div>
  );
}

function FigureTable({ figures }: Figures) {
  const rows = figures.flatMap((figure: Figure) =>
    figure.lines.map((line) => ({ figure, line, key: `${figure.title} ${line.name}` })),
  );
  return (
    <Table
      label="The figures"
      rows={rows}
      keyOf={({ key }) => key}
      columns={[
        { title: 'Figure', cell: ({ figure }) => `${figure.title}, ${figure.unit}` },
        { title: 'Of it', cell: ({ line }) => line.name },
        { title: 'Now', isNumber: true, cell: ({ line }) => line.newest },
        {
          title: 'Highest in 5 s',
          isNumber: true,
          cell: ({ line }) => numberText(Math.max(0, ...line.values.map((value) => value ?? 0))),
        },
      ]}
    />
  );
}

function useHour(): Hour {
  const [watch] = useState(() =>
    watchHour((since, signal) => askLocal<Metrics>(`/metrics?since=${since}`, { signal })),
  );
  useEffect(() => whileSeen(watch.start, watch.stop), [watch]);
  return useStore(watch);
}
