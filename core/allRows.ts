import type { Range, Row, Table } from './ports.ts';

/** The rows of a range, page by page. */
export async function* allRows(table: Table, range: Range): AsyncGenerator<Row> {
  for (let after = range.after; ; ) {
    const page = await table.query({ ...range, ...(after !== undefined && { after }) });
    yield* page.rows;
    if (page.next === undefined) return;
    after = page.next;
  }
}
