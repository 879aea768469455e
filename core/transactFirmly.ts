import { ProtocolError } from '@tidings/protocol';
import type { Row, Write } from './ports.ts';
import type { Runtime } from './runtime.ts';

const patienceMs = 3000;

/** How long to wait before try number `round`: at random, so that rivals part ways. */
export function backoffMs({ random }: Pick<Runtime, 'random'>, round: number): number {
  return random.fraction() * Math.min(100, 10 * 2 ** round);
}

/**
 * Tries a transaction until it is written or one of its conditions fails. The token makes a repeat of one
 * that was written unheard harmless.
 *
 * @returns the conditions that failed, each with the row that it failed on; nothing when all was written.
 * @throws ProtocolError `unavailable` after three seconds.
 */
export async function transactFirmly(
  { table, clock, random }: Pick<Runtime, 'table' | 'clock' | 'random'>,
  writes: readonly Write[],
): Promise<ReadonlyMap<number, Row | undefined> | undefined> {
  const deadline = clock.now() + patienceMs;
  const token = random.id();
  for (let round = 0; ; round++) {
    const result = await table.transact(writes, token);
    if (result.outcome === 'refused') return result.failed;
    if (result.outcome === 'committed') return undefined;
    if (clock.now() >= deadline) throw tooBusy();
    await clock.wait(backoffMs({ random }, round));
  }
}

export function tooBusy(cause?: unknown): ProtocolError {
  return new ProtocolError('unavailable', 'the database is too busy: ask again with the same ref', {
    retryAfterMs: 1000,
    cause,
  });
}
