import type { Json } from '../api/api.ts';
import type { RequestContext } from './events.ts';

/** Renders a mapping template for one request. */
export type Render = (context: RequestContext) => string;

// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
const known =
  /^(apiId|authorizer\.\w+|connectedAt|connectionId|domainName|eventType|extendedRequestId|identity\.(sourceIp|userAgent)|messageDirection|messageId|requestId|requestTime|requestTimeEpoch|routeKey|stage)$/;
const reference = /(\$context(?:\.\w+)+)/;

function textAt(path: readonly string[], context: RequestContext): string {
  let value: Json | undefined = context;
  for (const name of path) {
    value = typeof value === 'object' && value !== null && !Array.isArray(value) ? value[name] : undefined;
  }
  return value === undefined || value === null ? '' : String(value);
}

/**
 * Compiles a mapping template made of literal text and `$context.X`, which is all that a MOCK needs; a variable
 * without a value is the empty string.
 *
 * @throws on any other Velocity, rather than answer what AWS would not
 */
export function compileTemplate(template: string): Render {
  const parts = template.split(reference).map((piece, index) => {
    if (index % 2 === 1) {
      const name = piece.slice('$context.'.length);
      if (!known.test(name))
        throw new Error(`Mapping template: $context.${name} is not a variable of API Gateway`);
      return name.split('.');
    }
    const unsupported = /\\?\$[!{A-Za-z_]\S*|#[A-Za-z@{*#[]\S*|\\$/.exec(piece);
    if (unsupported)
      throw new Error(`Mapping template: only text and $context.X are supported, not "${unsupported[0]}"`);
    return piece;
  });
  return (context) => parts.map((part) => (typeof part === 'string' ? part : textAt(part, context))).join('');
}
