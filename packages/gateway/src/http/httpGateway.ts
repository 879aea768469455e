import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpApi, OnError } from '../api/api.ts';
import { checkHttpApi } from '../api/checkApi.ts';
import type { Clock } from '../clock.ts';
import { systemClock } from '../clock.ts';
import { hasSoundHost } from '../handshake/hostHeader.ts';
import { newId } from '../ids.ts';
import { invokeWithin } from '../route/invokeWithin.ts';
import { throttleOf } from '../tokenBucket.ts';
import { corsHeaders, isPreflight, withoutCors } from './cors.ts';
import type { HttpAnswer } from './httpAnswer.ts';
import { inferHttpAnswer, ownAnswer } from './httpAnswer.ts';
import { httpEvent } from './httpEvent.ts';
import type { MatchHttp } from './httpRoutes.ts';
import { compileHttpRoutes } from './httpRoutes.ts';
import { readBody } from './readBody.ts';
import { pathOf, targetOf } from './requestParts.ts';

export interface HttpGatewayOptions {
  /** @default systemClock */
  clock?: Clock;
  /** @default nobody is told */
  onError?: OnError;
}

export interface HttpGateway {
  /**
   * Answers a request. Always resolves to true, once answered or left by its client: the `$default` stage owns every
   * path, so mount it last.
   */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  /**
   * Whether a route names a request's method and path. Where a WebSocket API shares the server, an upgrade to such
   * an address is not its handshake.
   */
  hasRoute(request: IncomingMessage): boolean;
  /** @throws as `createHttpGateway`; the former API then stays */
  replaceApi(api: HttpApi): void;
}

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
const payloadBytes = 10 * 1024 * 1024;
const integrationTimeoutMs = 30_000;

interface Served {
  api: HttpApi;
  match: MatchHttp;
  takeRequest(): boolean;
}

function write(
  response: ServerResponse,
  { status, headers, body }: HttpAnswer,
  extra: Record<string, string>,
): void {
  const hasBody = status !== 204 && status !== 304;
  const length = hasBody ? { 'content-length': body.length } : {};
  response.writeHead(status, { ...headers, ...extra, ...length, 'apigw-requestid': newId() });
  response.end(hasBody ? body : undefined);
}

/**
 * Amazon API Gateway for one HTTP API, without a server of its own: call `handle` from one.
 *
 * @throws where AWS would not deploy the API, or where it asks for something that is not done here; names it
 */
export function createHttpGateway(api: HttpApi, options: HttpGatewayOptions = {}): HttpGateway {
  const { clock = systemClock, onError = () => undefined } = options;
  const serve = (next: HttpApi): Served => {
    checkHttpApi(next);
    return { api: next, match: compileHttpRoutes(next.routes), takeRequest: throttleOf(next, clock) };
  };
  let served = serve(api);

  async function run(request: IncomingMessage, body: Buffer): Promise<HttpAnswer> {
    const { api: current, match, takeRequest } = served;
    if (current.cors && isPreflight(request)) return { status: 204, headers: {}, body: Buffer.alloc(0) };
    const found = match(request.method ?? 'GET', pathOf(targetOf(request)));
    if (!found) return ownAnswer(404, 'Not Found');
    if (!takeRequest()) return ownAnswer(429, 'Too Many Requests');
    const event = httpEvent(current, found, request, body, clock.now());
    const outcome = await invokeWithin(found.route.invoke, event, integrationTimeoutMs, clock);
    if (outcome.kind === 'timed-out') {
      onError(`the function of ${found.route.routeKey} timed out`, undefined);
      return ownAnswer(503, 'Service Unavailable');
    }
    const answer = outcome.kind === 'answered' ? inferHttpAnswer(outcome.answer) : undefined;
    if (answer) return answer;
    const cause = outcome.kind === 'failed' ? outcome.cause : new Error('its answer is malformed');
    onError(`the function of ${found.route.routeKey} failed`, cause);
    return ownAnswer(500, 'Internal Server Error');
  }

  return {
    async handle(request, response) {
      if (!hasSoundHost(request)) {
        write(response, ownAnswer(400, 'Bad Request'), { connection: 'close' });
        return true;
      }
      const body = await new Promise<Buffer | 'too-large' | 'aborted'>((resolve) => {
        readBody(request, payloadBytes, resolve);
      });
      if (body === 'aborted') return true;
      const { cors } = served.api;
      const answer =
        body === 'too-large' ? ownAnswer(413, 'Request Entity Too Large') : await run(request, body);
      if (cors)
        write(response, { ...answer, headers: withoutCors(answer.headers) }, corsHeaders(cors, request));
      else write(response, answer, {});
      return true;
    },
    hasRoute(request) {
      const found = served.match(request.method ?? 'GET', pathOf(targetOf(request)));
      return found !== undefined && found.route.routeKey !== '$default';
    },
    replaceApi(next) {
      served = serve(next);
    },
  };
}
