import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { authorizeHandshake } from '../core/api/authorize.ts';
import type { Authorized } from '../core/authorizeToken.ts';
import { inTime } from '../core/deadline.ts';
import { functionTimeoutsMs, maxWorkMs } from '../core/timeouts.ts';
import { toHandshake } from './handshake.ts';
import { measured } from './measured.ts';
import { once } from './once.ts';
import { packPrincipal } from './principalContext.ts';
import { reportRefusal } from './reportRefusal.ts';
import { handshakeRuntime, metrics } from './wiring.ts';

// Each handshake needs it but those with a ticket, and until it has started a function has a whole core.
await import('../adapters/jwt/verifier.ts');

const runtime = once(handshakeRuntime);

/** Runs before `$connect`. API Gateway answers 401 for the error `Unauthorized` and nothing else, and 403 for a Deny. */
export const handler = measured(metrics, async (event: APIGatewayRequestAuthorizerEvent) => {
  const authorized = await inTime(runtime(), maxWorkMs(functionTimeoutsMs.authorize), () =>
    authorizeHandshake(runtime(), toHandshake(event)),
  );
  const isUnauthorized = 'refused' in authorized && authorized.refused === 401;
  // Also where it is none: the alarm that leaves these out of the errors needs a value beside each of Lambda's.
  metrics().add('Unauthorized', isUnauthorized ? 1 : 0);
  if ('refused' in authorized) {
    reportRefusal(authorized, runtime().settings, event.requestContext);
    if (isUnauthorized) throw new Error('Unauthorized');
  }
  return toPolicy(authorized, event.methodArn);
});

function toPolicy(authorized: Authorized, methodArn: string) {
  const effect = 'principal' in authorized ? 'Allow' : 'Deny';
  return {
    principalId: 'principal' in authorized ? encodeURIComponent(authorized.principal.userId) : 'refused',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: effect, Resource: methodArn }],
    },
    ...('principal' in authorized && { context: packPrincipal(authorized.principal) }),
  };
}
