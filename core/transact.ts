import type { Row, TransactOutcome, Write } from './ports.ts';
import { again, retry } from './retry.ts';
import type { Runtime } from './runtime.ts';

type Parts = Pick<Runtime, 'table' | 'clock' | 'random' | 'deadline'>;

/**
 * Sends a transaction until its outcome is known. Thanks to the token, a repeat of one that was written is
 * harmless.
 *
 * @throws ProtocolError `unavailable` after the deadline.
 */
export function settle(runtime: Parts, writes: readonly Write[]): Promise<TransactOutcome> {
  const token = runtime.random.id();
  return retry(runtime, async () => {
    const result = await runtime.table.transact(writes, token);
    return result.outcome === 'unknown' ? again() : result;
  });
}

/**
 * Tries a transaction until it is written or one of its conditions fails.
 *
 * @returns the conditions that failed, each with the row that it failed on; nothing when all was written.
 * @throws ProtocolError `unavailable` after the deadline.
 */
export function transact(
  runtime: Parts,
  writes: readonly Write[],
): Promise<ReadonlyMap<number, Row | undefined> | undefined> {
  const token = runtime.random.id();
  return retry(runtime, async () => {
    const result = await runtime.table.transact(writes, token);
    if (result.outcome === 'refused') return result.failed;
    return result.outcome === 'committed' ? undefined : again();
  });
}
