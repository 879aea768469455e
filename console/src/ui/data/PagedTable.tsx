import type { Pages } from '../../base/usePages.ts';
import { Button } from '../controls/Button.tsx';
import { ReadAgain } from '../controls/ReadAgain.tsx';
import { Failed, Loading } from '../layout/States.tsx';
import css from './Table.module.css';
import { Table, type TableProps } from './Table.tsx';

export interface PagedTableProps<Row> extends Omit<TableProps<Row>, 'rows'> {
  readonly pages: Pages<Row>;
}

/** Rows that come page by page, and what stands in their place. */
export function PagedTable<Row>({ pages, ...table }: PagedTableProps<Row>) {
  const { rows, isReading, error, cursor, more, again } = pages;
  if (error) {
    return (
      <Failed title="They cannot be listed" onRetry={again}>
        {error.message}
      </Failed>
    );
  }
  if (isReading && rows.length === 0) return <Loading lines={4} />;
  return (
    <div className={css.paged}>
      <Table rows={rows} {...table} />
      <div className={css.actions}>
        {cursor !== undefined && (
          <Button size="small" disabled={isReading} onClick={more}>
            More
          </Button>
        )}
        <ReadAgain isReading={isReading} onClick={again} />
      </div>
    </div>
  );
}
