import type { APIGatewayEventWebsocketRequestContextV2, APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import { handleFrame } from '../core/api/router.ts';
import { measured } from './measured.ts';
import { knownPrincipal } from './principalContext.ts';
import { metrics, runtime } from './wiring.ts';

type MessageEvent = Pick<APIGatewayProxyWebsocketEventV2, 'body'> & {
  readonly requestContext: APIGatewayEventWebsocketRequestContextV2 & { readonly authorizer?: unknown };
};

/** All routes for clients' frames. The body is sent back as the route's response, which costs no post. */
export const handler = measured(metrics, async ({ body, requestContext }: MessageEvent) => {
  const { connectionId, requestId, requestTimeEpoch: receivedAt, authorizer } = requestContext;
  const about = { connectionId, requestId, receivedAt, user: knownPrincipal(authorizer) };
  const reply = await handleFrame(runtime(), { ...about, body: body ?? '' });
  return { statusCode: 200, body: JSON.stringify(reply) };
});
