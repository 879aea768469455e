import type { APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import { handleFrame } from '../core/router.ts';
import { runtime } from './wiring.ts';

/** Every route of the client's frames. The body goes back as the route's response, which costs no post. */
export const handler = async ({ body, requestContext }: APIGatewayProxyWebsocketEventV2) => {
  const { connectionId, requestId } = requestContext;
  const reply = await handleFrame(runtime(), { connectionId, requestId, body: body ?? '' });
  return { statusCode: 200, body: JSON.stringify(reply) };
};
