import { type ReactNode, useState } from 'react';
import { Button } from '../controls/Button.tsx';
import { Scrollable } from '../layout/Scrollable.tsx';
import css from './Table.module.css';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** Numbers stand at the right, digit below digit. */
  readonly isNumber?: boolean;
  /** Left out where there is little room. */
  readonly isExtra?: boolean;
}

export interface TableProps<Row> {
  /** What its rows are: read out, not shown. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string | number;
  /** So many are shown at first, and as many more when somebody asks. @default all */
  readonly pageSize?: number;
  /** Stands in the place of rows where there are none. */
  readonly empty?: ReactNode;
}

/** Rows of one kind. What does not fit scrolls within it, never the page. */
export function Table<Row>({
  label,
  columns,
  rows,
  keyOf,
  empty,
  pageSize = Number.POSITIVE_INFINITY,
}: TableProps<Row>) {
  const [count, setCount] = useState(pageSize);
  if (rows.length === 0 && empty !== undefined) return <>{empty}</>;
  const classOf = ({ isNumber, isExtra }: Column<Row>) =>
    [isNumber && css.number, isExtra && css.extra].filter(Boolean).join(' ');
  return (
    <>
      <Scrollable label={label} className={css.scroll}>
        <table className={css.table}>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column.title} scope="col" className={classOf(column)}>
                  {column.title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, count).map((row) => (
              <tr key={keyOf(row)}>
                {columns.map((column) => (
                  <td key={column.title} className={classOf(column)}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scrollable>
      {rows.length > count && (
        <div>
          <Button size="small" onClick={() => setCount(count + pageSize)}>
            More
          </Button>
        </div>
      )}
    </>
  );
}
