import type { Status } from '../connection/status.ts';
import { useClient } from './tidingsProvider.ts';
import { type Selection, useSelected } from './useStore.ts';

const onServer: Status = { state: 'idle', attempt: 0 };
const whole = <T>(value: T) => value;

/**
 * How it stands with the connection.
 *
 * @example const isOpen = useStatus({ select: ({ state }) => state === 'open' });
 */
export function useStatus(): Status;
export function useStatus<R>(selection: Selection<Status, R>): R;
export function useStatus(selection: Selection<Status, unknown> = { select: whole }): unknown {
  return useSelected(useClient().status, onServer, selection);
}
