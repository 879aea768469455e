import { again, type RetryParts, retry } from '../../core/retry.ts';
import type { MemoryRuntime } from './memoryRuntime.ts';

/** How long others are in the way of each call: a little less than a call may be tried again. */
const busyMs = 2_900;

/**
 * A runtime whose table is crowded, as the adapter for DynamoDB sees it: a call that it tries again succeeds after
 * `busyMs`, unless its deadline comes first.
 */
export const crowded = <R extends MemoryRuntime>(runtime: R): R => ({
  ...runtime,
  table: crowdedTable(runtime.table, runtime),
});

function crowdedTable(table: MemoryRuntime['table'], parts: RetryParts): MemoryRuntime['table'] {
  const persistently = <T>(step: () => Promise<T>): Promise<T> => {
    const freeAt = parts.clock.now() + busyMs;
    return retry(parts, async () => (parts.clock.now() < freeAt ? again() : step()));
  };
  return {
    ...table,
    getTogether: (keys) => persistently(() => table.getTogether(keys)),
    write: (write) => persistently(() => table.write(write)),
    until: (deadline) => crowdedTable(table, { ...parts, deadline }),
  };
}
