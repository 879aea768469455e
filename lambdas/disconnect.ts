import type { APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import { forget } from '../core/connections.ts';
import { once } from './once.ts';
import { tableRuntime } from './wiring.ts';

const runtime = once(tableRuntime);

/** `$disconnect`: best effort of API Gateway's, so leases, 410s and the reaper do without it. */
export const handler = async ({
  requestContext,
}: Pick<APIGatewayProxyWebsocketEventV2, 'requestContext'>) => {
  const { table, clock } = runtime();
  await forget(table, requestContext.connectionId, clock.now());
  return { statusCode: 200 };
};
