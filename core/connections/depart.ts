import type { Runtime } from '../runtime.ts';
import { forget, forgetTopics } from './forget.ts';
import { presenceChanged } from './presenceChanged.ts';

/**
 * Ends a connection for good, however its end was found out: its rows go, and those who followed topics with it hear of it.
 * Harmless any number of times.
 *
 * @param insist also what another began and may not have finished: see `forget`.
 */
export async function depart(
  runtime: Pick<Runtime, 'table' | 'clock' | 'random' | 'queue' | 'reporter'>,
  connectionId: string,
  { insist = false } = {},
): Promise<void> {
  const connection = await forget(runtime, connectionId, { insist });
  if (!connection) return;
  // While its topics stand in the row, whoever comes later has the others told.
  const isTold = await presenceChanged(runtime, connection, connection.presentIn);
  if (isTold) await forgetTopics(runtime, connection);
}
