import { type ErrorPayload, errorRules, ProtocolError, type ServerFrame } from '@tidings/protocol';
import { requirePrincipal } from '../authorizeToken.ts';
import { requireNotRevoked } from '../connections/revocation.ts';
import type { Principal } from '../principal.ts';
import type { Runtime } from '../runtime.ts';
import { type Parsed, parseFrame } from './parseFrame.ts';
import { actionIn, answering, handleAction } from './router.ts';
import { issueTicket } from './tickets.ts';
import { counted, requireRate } from './userRate.ts';
import { version } from './version.ts';

/** The parts of an HTTP request that are read. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  /** The name in `/actions/{action}`. */
  readonly action?: string | undefined;
  readonly authorization?: string | undefined;
  readonly body: string;
  readonly requestId: string;
  /** When API Gateway received it: milliseconds since 1970. @default now */
  readonly receivedAt?: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly answer: object;
  /** Of a refusal that waiting helps against. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * The HTTP API: the same actions with the same rules for callers without a socket, and tickets to open one.
 */
export async function handleHttp(runtime: Runtime, request: HttpRequest): Promise<HttpAnswer> {
  if (`${request.method} ${request.path}` === 'GET /health')
    return { status: 200, answer: { ok: true, version } };
  const { requestId, receivedAt = runtime.clock.now() } = request;
  let status = 200;
  const parsed = parseRequest(runtime, request);
  const { ref } = 'frame' in parsed ? parsed.frame : parsed;
  const action = request.path === '/tickets' ? 'ticket' : actionIn(runtime, parsed);
  const frame = await answering(runtime, { requestId, action, ref }, async (runtime) => {
    const principal = await authenticate(runtime, request.authorization, receivedAt);
    if (request.path === '/tickets') {
      status = 201;
      const ticket = await counted(runtime, { principal, requestId, receivedAt }, (counting) =>
        issueTicket(counting, principal),
      );
      return { type: 'ticket', payload: ticket };
    }
    if ('refused' in parsed) throw parsed.refused;
    return handleAction(runtime, principal, requestId, parsed.frame, receivedAt);
  });
  if (frame.type === 'error') return refusal(frame);
  return { status, answer: frame.type === 'ticket' ? (frame.payload ?? {}) : frame };
}

async function authenticate(
  runtime: Runtime,
  authorization: string | undefined,
  receivedAt: number,
): Promise<Principal> {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) {
    throw new ProtocolError('unauthenticated', 'name who you are: Authorization: Bearer <JWT>');
  }
  const principal = await requirePrincipal(runtime, token);
  requireRate(runtime, principal, receivedAt);
  await requireNotRevoked(runtime, principal);
  return principal;
}

/** `GET /stats` is the action of that name. */
function parseRequest({ settings }: Runtime, { path, body, method, ...request }: HttpRequest): Parsed {
  const action = path === '/stats' ? 'stats' : request.action;
  if (action === undefined) {
    return { refused: new ProtocolError('not_found', 'there is nothing at this address') };
  }
  return parseFrame(method === 'POST' && body !== '' ? body : '{}', settings.limits, action);
}

function refusal(frame: ServerFrame): HttpAnswer {
  const { code, retryAfterMs } = frame.payload as ErrorPayload;
  return { status: errorRules[code].httpStatus, answer: frame, retryAfterMs };
}
