import { randomUUID } from 'node:crypto';
import { domainNameOf } from '@tidings/gateway';
import { readConnectionId, readSubscriber, subscriberPrefix } from '../../core/keys.ts';
import type { LocalClock } from '../clock.ts';
import { limitConcurrency } from '../functions/limitConcurrency.ts';
import type { InvokeFunction } from '../http/wireApis.ts';
import type { WebSocketDescription } from '../template/readApis.ts';
import { account } from '../template/template.ts';
import type { Entry, Rows } from './rows.ts';

export interface FormerConnectionsOptions {
  readonly description: WebSocketDescription;
  readonly rows: Pick<Rows, 'all'>;
  readonly invoke: InvokeFunction;
  readonly clock: Pick<LocalClock, 'now'>;
  readonly log: (text: string) => void;
}

/** What the smallest account runs at once: more would be refused there. */
const maxAtOnce = 10;

/**
 * Runs `$disconnect` for every connection in a kept table. Their sockets ended with the former process, which
 * could not report that. An AWS gateway does not lose all its sockets at once, so this is the local stack's
 * task and not the engine's.
 */
export async function endFormerConnections(options: FormerConnectionsOptions): Promise<void> {
  const { description, rows, invoke, log } = options;
  const target = description.routes.find(({ routeKey }) => routeKey === '$disconnect')?.proxy;
  if (!target?.permitted) return;
  const ids = new Set<string>();
  for await (const row of rows.all()) {
    const id = connectionOf(row);
    if (id !== undefined) ids.add(id);
  }
  const inTurn = limitConcurrency(maxAtOnce);
  const ended = await Promise.allSettled(
    [...ids].map((id) => inTurn(() => invoke(target.functionId, disconnectEvent(options, id)))),
  );
  const failed = ended.filter((one) => one.status === 'rejected');
  const [first] = failed;
  if (first) {
    const which = `${failed.length} of ${ids.size} connections of the former process`;
    log(`${which} could not be ended: ${String(first.reason)}`);
  }
}

/** Of a closed connection, only what its interrupted end left behind. */
function connectionOf({ pk, sk, state }: Entry): string | undefined {
  if (sk.startsWith(subscriberPrefix)) return readSubscriber(sk).connectionId;
  return state === 'closed' ? undefined : readConnectionId(pk);
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html */
function disconnectEvent({ description, clock }: FormerConnectionsOptions, connectionId: string) {
  const { apiId, stage } = description;
  return {
    headers: {},
    multiValueHeaders: {},
    requestContext: {
      routeKey: '$disconnect',
      eventType: 'DISCONNECT',
      disconnectStatusCode: 1006,
      disconnectReason: '',
      messageDirection: 'IN',
      stage,
      apiId,
      domainName: domainNameOf({ apiId, region: account.region }),
      requestId: randomUUID(),
      requestTimeEpoch: clock.now(),
      connectionId,
    },
    isBase64Encoded: false,
  };
}
