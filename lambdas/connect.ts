import type {
  APIGatewayEventWebsocketRequestContextV2,
  APIGatewayProxyEventHeaders,
  APIGatewayProxyEventMultiValueHeaders,
  APIGatewayProxyEventQueryStringParameters,
} from 'aws-lambda';
import { selectProtocol } from '../core/api/authorize.ts';
import { choiceOf } from '../core/connections/choice.ts';
import { connect } from '../core/connections/connect.ts';
import { inTime } from '../core/deadline.ts';
import { functionTimeoutsMs, maxWorkMs } from '../core/timeouts.ts';
import { toHandshake } from './handshake.ts';
import { measured } from './measured.ts';
import { unpackPrincipal } from './principalContext.ts';
import { reportRefusal } from './reportRefusal.ts';
import { metrics, runtime } from './wiring.ts';

interface ConnectEvent {
  readonly headers?: APIGatewayProxyEventHeaders;
  readonly multiValueHeaders?: APIGatewayProxyEventMultiValueHeaders;
  readonly queryStringParameters?: APIGatewayProxyEventQueryStringParameters | null;
  readonly requestContext: APIGatewayEventWebsocketRequestContextV2 & { readonly authorizer?: unknown };
}

/** `$connect`: what it answers is the status of the handshake. */
export const handler = measured(metrics, async (event: ConnectEvent) => {
  const { connectionId, authorizer } = event.requestContext;
  const principal = unpackPrincipal(authorizer);
  const { headers, query } = toHandshake(event);
  const connected = await inTime(runtime(), maxWorkMs(functionTimeoutsMs.connect), () =>
    connect(runtime(), connectionId, principal, choiceOf(query)),
  );
  if ('refused' in connected) {
    reportRefusal(connected, runtime().settings, event.requestContext);
    return { statusCode: connected.refused };
  }
  const protocol = selectProtocol(headers);
  return { statusCode: 200, ...(protocol && { headers: { 'Sec-WebSocket-Protocol': protocol } }) };
});
