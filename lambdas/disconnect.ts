import type { APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import { endConnection } from '../core/connections/endConnection.ts';
import { inTime } from '../core/deadline.ts';
import { functionTimeoutsMs, maxWorkMs } from '../core/timeouts.ts';
import { once } from './once.ts';
import { disconnectRuntime } from './wiring.ts';

const runtime = once(disconnectRuntime);

/**
 * `$disconnect`: best effort of API Gateway's, so leases, 410s and the reaper do without it. It comes once, so it also
 * does what another may be at: that one may die.
 */
export const handler = async ({
  requestContext,
}: Pick<APIGatewayProxyWebsocketEventV2, 'requestContext'>) => {
  const { connectionId } = requestContext;
  await inTime(runtime(), maxWorkMs(functionTimeoutsMs.disconnect), () =>
    endConnection(runtime(), connectionId, { socket: 'gone', insist: true }),
  );
  return { statusCode: 200 };
};
