import type { Client } from '../client.ts';
import { TidingsError } from './tidingsError.ts';

/** Calls back when the client is closed: what was waited for comes no more. @returns a function that ends it. */
export function whenClosed({ status }: Pick<Client, 'status'>, run: (error: TidingsError) => void) {
  return status.subscribe(() => {
    const { state, reason = 'closed' } = status.getSnapshot();
    if (state === 'closed') run(new TidingsError('closed', reason));
  });
}
