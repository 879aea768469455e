import type { APIGatewayEventWebsocketRequestContextV2, APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import { handleFrame } from '../core/api/router.ts';
import { measured } from './measured.ts';
import { once } from './once.ts';
import { knownPrincipal } from './principalContext.ts';
import { metrics, runtime } from './wiring.ts';

type MessageEvent = Pick<APIGatewayProxyWebsocketEventV2, 'body'> & {
  readonly requestContext: APIGatewayEventWebsocketRequestContextV2 & { readonly authorizer?: unknown };
};

/** Loaded while the first request waits for its rows: most requests post, once they are written. */
const loadPosting = once(() =>
  import('../adapters/apigateway/connect.ts').catch(() => 'who posts hears of it'),
);

/** All routes for clients' frames. The body is sent back as the route's response, which costs no post. */
export const handler = measured(metrics, async ({ body, requestContext }: MessageEvent) => {
  const { connectionId, requestId, requestTimeEpoch: receivedAt, authorizer } = requestContext;
  const about = { connectionId, requestId, receivedAt, user: knownPrincipal(authorizer) };
  const replying = handleFrame(runtime(), { ...about, body: body ?? '' });
  void loadPosting();
  const reply = await replying;
  return { statusCode: 200, body: JSON.stringify(reply) };
});
