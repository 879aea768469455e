import type { Principal } from '../core/principal.ts';

/**
 * An authorizer's context holds texts, numbers and booleans only, and reaches the backend as texts; base64
 * keeps names in any alphabet intact.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
 */
export function packPrincipal(principal: Principal): { principal: string } {
  return { principal: Buffer.from(JSON.stringify(principal)).toString('base64url') };
}

/** The principal that the authorizer admitted. API Gateway sends it with every event of the connection. */
export function knownPrincipal(authorizer: unknown): Principal | undefined {
  const packed = (authorizer as { principal?: string } | undefined)?.principal;
  return packed === undefined
    ? undefined
    : (JSON.parse(Buffer.from(packed, 'base64url').toString()) as Principal);
}

/** @throws Error where `$connect` runs without the authorizer: the API is wired wrongly. */
export function unpackPrincipal(authorizer: unknown): Principal {
  const principal = knownPrincipal(authorizer);
  if (!principal) throw new Error('$connect ran without the authorizer in front of it');
  return principal;
}
