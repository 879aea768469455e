import { type DisconnectCode, type DisconnectPayload, disconnectRules } from '@tidings/protocol';
import { keys } from '../keys.ts';
import type { Condition } from '../ports.ts';
import type { Runtime } from '../runtime.ts';

/**
 * Marks a connection as closing, so that it counts for nothing any more, and tells it why it is about to be
 * closed: the socket itself always closes with 1000, for API Gateway offers no other code.
 *
 * @param only what must hold of the connection besides that it is open.
 * @returns whether it was marked.
 */
export async function sayGoodbye(
  { table, sockets, reporter }: Pick<Runtime, 'table' | 'sockets' | 'reporter'>,
  connectionId: string,
  code: DisconnectCode,
  only?: Condition,
): Promise<boolean> {
  const isOpen: Condition = { is: 'equal', attribute: 'state', value: 'open' };
  const { ok, before } = await table.write({
    update: keys.connection(connectionId),
    set: { state: 'closing' },
    if: only ? { is: 'all', of: [isOpen, only] } : isOpen,
  });
  // A mark that was written unheard, and is repeated by the SDK, finds itself.
  if (!ok && before?.state !== 'closing') return false;
  const { reconnect, documentation: reason } = disconnectRules[code];
  const payload: DisconnectPayload = {
    code,
    reason,
    reconnect,
    ...(reconnect === 'backoff' && { retryAfterMs: 5000 }),
  };
  // A courtesy: the socket is closed whether the client hears why or not.
  await sockets
    .post(connectionId, JSON.stringify({ type: 'disconnect', payload }))
    .catch((error: unknown) => reporter.report(error, { requestId: connectionId, what: 'saying goodbye' }));
  return true;
}
