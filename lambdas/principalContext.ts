import type { Principal } from '../core/principal.ts';

/**
 * An authorizer's context holds texts, numbers and booleans only, and reaches the backend as texts; base64
 * keeps names in any alphabet intact.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
 */
export function packPrincipal(principal: Principal): { principal: string } {
  return { principal: Buffer.from(JSON.stringify(principal)).toString('base64url') };
}

/** @throws Error where `$connect` runs without the authorizer: the API is wired wrongly. */
export function unpackPrincipal(authorizer: unknown): Principal {
  const packed = (authorizer as { principal?: string } | undefined)?.principal;
  if (packed === undefined) throw new Error('$connect ran without the authorizer in front of it');
  return JSON.parse(Buffer.from(packed, 'base64url').toString()) as Principal;
}
