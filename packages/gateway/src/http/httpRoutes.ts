import type { HttpRoute } from '../api/api.ts';

/** A route that a request matched, with what stood in its path for the parameters. */
export interface HttpMatch {
  route: HttpRoute;
  pathParameters: Record<string, string>;
}

export type MatchHttp = (method: string, path: string) => HttpMatch | undefined;

interface Pattern {
  route: HttpRoute;
  method: string;
  segments: string[];
  greedy: boolean;
}

const isParameter = (segment: string) => segment.startsWith('{') && segment.endsWith('}');
const split = (path: string) => path.split('/').slice(1);

function parseRoute(route: HttpRoute): Pattern | undefined {
  if (route.routeKey === '$default') return;
  const found = /^(ANY|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT) (\/\S*)$/.exec(route.routeKey);
  if (!found) throw new Error(`HTTP route ${route.routeKey}: expected a method and a path, or $default`);
  // https://github.com/storacha/w3infra/pull/166
  if (/.\/$/.test(found[2] ?? ''))
    throw new Error(`HTTP route ${route.routeKey}: a path ends without a slash`);
  const segments = split(found[2] ?? '/');
  const greedyAt = segments.findIndex((segment) => segment.endsWith('+}'));
  if (greedyAt >= 0 && greedyAt !== segments.length - 1) {
    throw new Error(`HTTP route ${route.routeKey}: a greedy parameter must be the last part of the path`);
  }
  return { route, method: found[1] ?? 'ANY', segments, greedy: greedyAt >= 0 };
}

// Most specific first: whole paths before greedy ones, fixed parts before parameters, a method before ANY.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
function rank({ greedy, segments, method }: Pattern): string {
  const parts = segments.map((segment) => (isParameter(segment) ? '1' : '0')).join('');
  return `${greedy ? 1 : 0}${parts}${greedy ? '2' : ''}${method === 'ANY' ? 1 : 0}`;
}

function decodedSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function matchPath(
  { segments, greedy }: Pattern,
  parts: readonly string[],
): Record<string, string> | undefined {
  if (greedy ? parts.length < segments.length : parts.length !== segments.length) return;
  const parameters: Record<string, string> = {};
  for (const [at, segment] of segments.entries()) {
    const part = parts[at] ?? '';
    if (!isParameter(segment)) {
      if (segment !== part) return;
    } else if (greedy && at === segments.length - 1) {
      parameters[segment.slice(1, -2)] = parts.slice(at).map(decodedSegment).join('/');
    } else {
      if (part === '') return;
      parameters[segment.slice(1, -1)] = decodedSegment(part);
    }
  }
  return parameters;
}

/**
 * Compiles an HTTP API's routes into a function from method and path to the most specific route.
 *
 * @throws where a route key is malformed
 */
export function compileHttpRoutes(routes: readonly HttpRoute[]): MatchHttp {
  const patterns = routes.map(parseRoute).filter((pattern) => pattern !== undefined);
  patterns.sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  const fallback = routes.find(({ routeKey }) => routeKey === '$default');
  return (method, path) => {
    const parts = split(path);
    for (const pattern of patterns) {
      if (pattern.method !== 'ANY' && pattern.method !== method) continue;
      const pathParameters = matchPath(pattern, parts);
      if (pathParameters) return { route: pattern.route, pathParameters };
    }
    return fallback && { route: fallback, pathParameters: {} };
  };
}
