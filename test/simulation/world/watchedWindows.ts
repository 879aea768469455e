import { type Table, writeKey } from '../../../core/ports.ts';
import type { Journal } from '../journal.ts';

/**
 * The same table, with each write of a batch window's row in the journal as it is done: who opens it, takes it over,
 * lowers it and closes it. What sends what is in it may die, and nothing else tells for whom it sent.
 *
 * @param run the invocation whose writes these are.
 */
export function watchedWindows(table: Table, journal: Journal, run: string): Table {
  return {
    ...table,
    async write(write) {
      const outcome = await table.write(write);
      const { pk, sk } = writeKey(write);
      if (!outcome.ok || sk !== 'WINDOW') return outcome;
      const written = 'put' in write ? write.put : 'update' in write ? write.set : {};
      const { by, from, epoch, until, open } = { ...written };
      journal.note('window', { window: pk, run, by, from, epoch, until, open });
      return outcome;
    },
  };
}
