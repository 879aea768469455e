import { useState } from 'react';
import { Button } from '../../ui/controls/Button.tsx';
import { Pill } from '../../ui/data/Pill.tsx';
import { Table } from '../../ui/data/Table.tsx';
import { Tree } from '../../ui/data/Tree.tsx';
import { timeOfDay } from '../../ui/data/timeText.ts';
import { Columns } from '../../ui/layout/Page.tsx';
import { Empty } from '../../ui/layout/States.tsx';
import css from './beside.module.css';
import type { Arrival, Pair } from './beside.ts';

export interface BesideTableProps {
  /** The newest first. */
  readonly pairs: readonly Pair[];
  readonly people: readonly [left: string, right: string];
}

/** An event a row, with when it came to each. */
export function BesideTable({ pairs, people }: BesideTableProps) {
  const [chosen, setChosen] = useState<string>();
  const [left, right] = people;
  const pair = pairs.find(({ key }) => key === chosen);
  return (
    <div className={css.compared}>
      <Table
        label="Events of both"
        rows={pairs}
        keyOf={({ key }) => key}
        empty={<Empty title="Nothing has come yet">Publish something, and see it come to both.</Empty>}
        columns={[
          { title: 'Seq', isNumber: true, cell: (one) => eventOf(one)?.seq ?? '–' },
          {
            title: 'Event',
            cell: (one) => (
              <Button
                size="small"
                look="plain"
                aria-pressed={one.key === chosen}
                onClick={() => setChosen(one.key)}
              >
                {eventOf(one)?.type}
              </Button>
            ),
          },
          { title: left, cell: (one) => <Came arrival={one.left} isFirst={(one.laterMs ?? 0) > 0} /> },
          { title: right, cell: (one) => <Came arrival={one.right} isFirst={(one.laterMs ?? 0) < 0} /> },
          { title: 'Difference', cell: (one) => <Difference pair={one} people={people} /> },
        ]}
      />
      {pair && (
        <Columns>
          {[pair.left, pair.right].map((arrival, side) => (
            <section key={people[side]} aria-label={`As ${people[side]} got it`}>
              <h3>As {people[side]} got it</h3>
              {arrival ? (
                <Tree value={withoutKey(arrival)} label={`Event as ${people[side]} got it`} />
              ) : (
                <p className={css.quiet}>It did not come.</p>
              )}
            </section>
          ))}
        </Columns>
      )}
    </div>
  );
}

/** As it came: what tells it apart here is none of its own. */
function withoutKey({ event: { key: _, ...rest } }: Arrival) {
  return rest;
}

const eventOf = ({ left, right }: Pair) => (left ?? right)?.event;

function Came({ arrival, isFirst }: { readonly arrival: Arrival | undefined; readonly isFirst: boolean }) {
  if (!arrival) return <span className={css.quiet}>–</span>;
  return (
    <span className={isFirst ? css.first : undefined}>
      {timeOfDay(performance.timeOrigin + arrival.at, true)}
      {isFirst && ' first'}
    </span>
  );
}

function Difference({ pair, people }: { readonly pair: Pair; readonly people: BesideTableProps['people'] }) {
  const { laterMs, isOvertaken, isOther, left } = pair;
  if (laterMs === undefined) return <Pill tone="warn">not at {left ? people[1] : people[0]}</Pill>;
  const later = laterMs < 0 ? people[0] : people[1];
  return (
    <span className={css.differences}>
      <span>
        {Math.abs(laterMs).toFixed(1)} ms{laterMs !== 0 && ` later at ${later}`}
      </span>
      {isOvertaken && <Pill tone="bad">other order</Pill>}
      {isOther && <Pill tone="bad">other content</Pill>}
    </span>
  );
}
