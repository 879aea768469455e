import type { APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import { depart } from '../core/connections/depart.ts';
import { inTime } from '../core/deadline.ts';
import { maxWorkMs } from '../core/timeouts.ts';
import { once } from './once.ts';
import { departureRuntime } from './wiring.ts';

const runtime = once(departureRuntime);

/**
 * `$disconnect`: best effort of API Gateway's, so leases, 410s and the reaper do without it. It comes once, so it also
 * does what another may be at: that one may die.
 */
export const handler = async ({
  requestContext,
}: Pick<APIGatewayProxyWebsocketEventV2, 'requestContext'>) => {
  const { connectionId } = requestContext;
  await inTime(runtime(), maxWorkMs('disconnect'), () => depart(runtime(), connectionId, { insist: true }));
  return { statusCode: 200 };
};
