import type { APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import { endConnection } from '../core/connections/endConnection.ts';
import { inTime } from '../core/deadline.ts';
import { functionTimeoutsMs, maxWorkMs } from '../core/timeouts.ts';
import { once } from './once.ts';
import { disconnectRuntime } from './wiring.ts';

const runtime = once(disconnectRuntime);

/**
 * `$disconnect` is best effort, so leases, 410s and the reaper work without it. It comes once, so it also
 * repeats what another function may have begun, since that one may have died.
 */
export const handler = async ({
  requestContext,
}: Pick<APIGatewayProxyWebsocketEventV2, 'requestContext'>) => {
  const { connectionId } = requestContext;
  await inTime(runtime(), maxWorkMs(functionTimeoutsMs.disconnect), () =>
    endConnection(runtime(), connectionId, { socket: 'gone', force: true }),
  );
  return { statusCode: 200 };
};
