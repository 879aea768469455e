import type { Unknowns } from '../unknowns.ts';

/** How a connection ended, as `$disconnect` is told. */
export interface Closure {
  code: number;
  reason: string;
}

// Wording from captured events: 1005 in
// https://github.com/aws-powertools/powertools-lambda-python/blob/develop/tests/events/apiGatewayWebSocketApiDisconnect.json
// and 1000 after a DELETE in https://github.com/boto/boto3/issues/3789
export const closures = {
  deleted: { code: 1000, reason: 'Connection Closed Normally' },
  goingAway: { code: 1001, reason: 'Going away' },
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-binary-media-types.html
  binary: { code: 1003, reason: '' },
  tooLarge: { code: 1009, reason: '' },
} satisfies Record<string, Closure>;

const noStatus = 1005;
const lost = 1006;

/** What `$disconnect` is told when the client closed, or was lost. */
export function clientClosure(code: number, reason: string, unknowns: Unknowns): Closure {
  if (reason !== '') return { code, reason };
  if (code === noStatus) return { code, reason: 'Client-side close frame status not set' };
  if (code === lost) return { code, reason: unknowns.lostConnectionReason };
  const own = [closures.deleted, closures.goingAway].find((closure) => closure.code === code);
  return { code, reason: own?.reason ?? '' };
}
