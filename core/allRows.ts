import type { Range, Row, Table } from './ports.ts';

/**
 * The rows of a range, page by page. A range without rows has one empty page.
 *
 * @param limit called before each page for its maximum number of rows.
 * @default the range's own
 */
export async function* allPages(
  table: Table,
  range: Range,
  limit?: () => number,
): AsyncGenerator<readonly Row[], undefined> {
  for (let { after } = range; ; ) {
    const page = await table.query({
      ...range,
      ...(limit && { limit: limit() }),
      ...(after !== undefined && { after }),
    });
    yield page.rows;
    if (page.next === undefined) return;
    after = page.next;
  }
}

/** All rows of a range that cannot have many. */
export async function readAll(table: Table, range: Range): Promise<readonly Row[]> {
  const all: Row[] = [];
  for await (const page of allPages(table, range)) all.push(...page);
  return all;
}

/** The rows of a range, one after the other. */
export async function* allRows(table: Table, range: Range): AsyncGenerator<Row> {
  for await (const page of allPages(table, range)) yield* page;
}
