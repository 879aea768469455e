import { Link } from 'wouter';
import { Pill } from '../../ui/data/Pill.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { VirtualList } from '../../ui/live/VirtualList.tsx';
import { pathOf } from '../parts/useBelow.ts';
import { When } from '../parts/When.tsx';
import type { Activity } from './activity.ts';
import type { ClientBoard } from './board.ts';
import css from './engagement.module.css';
import { type ClientRow, type SortColumn, sortedBy, totalOf, type View } from './rows.ts';
import { Sparkline } from './Sparkline.tsx';

export interface ClientTableProps {
  readonly rows: readonly ClientRow[];
  readonly board: ClientBoard;
  readonly view: View;
  readonly chosen: string | undefined;
  onView(view: View): void;
}

const titles: readonly (readonly [column: SortColumn, title: string, className?: string | undefined])[] = [
  ['client', 'Client'],
  ['status', 'Status'],
  ['score', 'Score', css.number],
  ['interactions', 'Interactions', `${css.number} ${css.extra}`],
];

/** All clients that are to be seen; of thousands only those are drawn that are. */
export function ClientTable({ rows, board, view, chosen, onView }: ClientTableProps) {
  const heading = ([column, title, className]: (typeof titles)[number]) => (
    <span key={column} className={className}>
      <button
        type="button"
        className={[css.sort, view.sort === column && !view.isDescending && css.up].filter(Boolean).join(' ')}
        aria-pressed={view.sort === column}
        aria-label={`Sort by ${title.toLowerCase()}${view.sort === column ? `, now ${view.isDescending ? 'falling' : 'rising'}` : ''}`}
        onClick={() => onView(sortedBy(view, column))}
      >
        {title}
        <Icon name="chevron" size={12} />
      </button>
    </span>
  );
  return (
    <div className={css.frame}>
      <div className={css.table}>
        <div className={css.body}>
          <VirtualList
            label="Clients"
            count={rows.length}
            rowHeight={36}
            head={
              <div className={css.head}>
                {titles.map(heading)}
                <span className={css.extra}>Last 24 h</span>
                {heading(['last', 'Last', `${css.number} ${css.extra}`])}
              </div>
            }
            keyOf={(index) => rows[index]?.clientId ?? index}
            row={(index) => {
              const row = rows[index];
              if (!row) return null;
              return <Row row={row} isChosen={row.clientId === chosen} activity={board.activity} />;
            }}
          />
        </div>
      </div>
    </div>
  );
}

interface RowProps {
  readonly row: ClientRow;
  readonly isChosen: boolean;
  readonly activity: Activity;
}

function Row({ row, isChosen, activity }: RowProps) {
  const { clientId, engagement, lastAt } = row;
  const { status, score } = engagement;
  return (
    <Link href={pathOf('/engagement', clientId)} className={css.row} aria-current={isChosen}>
      <span className={css.name} title={clientId}>
        {clientId}
      </span>
      <span className={css.status}>{status === null ? <None /> : <Pill>{status}</Pill>}</span>
      <span className={css.score}>
        <span className={css.bar} aria-hidden="true">
          <span style={{ width: `${score ?? 0}%` }} />
        </span>
        {score === null ? <None /> : Math.round(score)}
      </span>
      <span className={`${css.number} ${css.extra}`}>{totalOf(row).toLocaleString('en')}</span>
      <span className={css.extra}>
        <Sparkline activity={activity} id={clientId} />
      </span>
      <span className={`${css.number} ${css.extra}`}>
        {lastAt === undefined ? <None /> : <When at={lastAt} />}
      </span>
    </Link>
  );
}

const None = () => (
  <span className={css.quiet}>
    <span aria-hidden="true">–</span>
    <span className="visually-hidden">none</span>
  </span>
);
