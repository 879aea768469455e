import type { IncomingMessage } from 'node:http';
import type { Cors } from '../api/api.ts';

/** Whether a request is a preflight, which an HTTP API with CORS settings answers itself, whatever its routes. */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'OPTIONS' &&
    headers.origin !== undefined &&
    headers['access-control-request-method'] !== undefined
  );
}

function allowedOrigin({ allowOrigins }: Cors, origin: string | undefined): string | undefined {
  if (origin === undefined) return;
  if (allowOrigins.includes('*')) return '*';
  const scheme = `${origin.split('://')[0]}://*`;
  return allowOrigins.includes(origin) || allowOrigins.includes(scheme) ? origin : undefined;
}

/** The headers of an answer without what its function says about CORS, which settings replace, for any origin. */
export function withoutCors<T>(headers: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('access-control-')));
}

/** The headers for a request's origin; none where it is not allowed, and the browser then refuses the answer. */
export function corsHeaders(cors: Cors, request: IncomingMessage): Record<string, string> {
  const origin = allowedOrigin(cors, request.headers.origin);
  if (origin === undefined) return {};
  const allowed = {
    'access-control-allow-origin': origin,
    ...(origin !== '*' && { vary: 'Origin' }),
    ...(cors.allowCredentials && { 'access-control-allow-credentials': 'true' }),
    ...(cors.exposeHeaders && { 'access-control-expose-headers': cors.exposeHeaders.join(',') }),
  };
  if (!isPreflight(request)) return allowed;
  const methods = cors.allowMethods.includes('*') ? '*' : cors.allowMethods.join(',');
  return {
    ...allowed,
    'access-control-allow-methods': methods,
    'access-control-allow-headers': cors.allowHeaders.join(','),
    ...(cors.maxAgeSeconds !== undefined && { 'access-control-max-age': String(cors.maxAgeSeconds) }),
  };
}
