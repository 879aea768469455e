import type { IncomingMessage } from 'node:http';
import { listElements, pathOf, targetOf } from '../http/requestParts.ts';
import type { RunningStage } from '../runningStage.ts';
import { hasSoundHost } from './hostHeader.ts';
import { isWebSocketUpgrade } from './onWebSocketUpgrade.ts';
import type { Refusal } from './refusal.ts';
import { refusal } from './refusal.ts';

const keyPattern = /^[+/0-9A-Za-z]{22}==$/;
const character = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]";
const tokenPattern = new RegExp(`^${character}+$`);
const parameter = `${character}+(?:[ \\t]*=[ \\t]*(?:${character}+|"(?:\\\\?${character})+"))?`;
// https://www.rfc-editor.org/rfc/rfc6455#section-9.1
const extensionPattern = new RegExp(`^${character}+(?:[ \\t]*;[ \\t]*${parameter})*$`);

/** The subprotocols that a client offers, in its order; undefined where the header is malformed. */
export function offeredProtocols({ headers }: IncomingMessage): string[] | undefined {
  const offered = listElements(headers['sec-websocket-protocol']);
  const sound = offered.every((name) => tokenPattern.test(name)) && new Set(offered).size === offered.length;
  return sound ? offered : undefined;
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** https://www.rfc-editor.org/rfc/rfc6455#section-4.2.1 */
function isHandshake(request: IncomingMessage): boolean {
  const { method, headers } = request;
  return (
    method === 'GET' &&
    isWebSocketUpgrade(request) &&
    keyPattern.test(headers['sec-websocket-key'] ?? '') &&
    listElements(headers['sec-websocket-extensions']).every((extension) =>
      extensionPattern.test(extension),
    ) &&
    offeredProtocols(request) !== undefined &&
    // What came behind the head would be read as frames.
    !hasBody(request)
  );
}

/** What is wrong with a handshake before any function is asked; `ws` would notice only after `$connect` has run. */
export function preliminaryRefusal(stage: RunningStage, request: IncomingMessage): Refusal | undefined {
  const target = targetOf(request);
  const path = pathOf(target);
  if (stage.closed) return refusal(503, 'Service Unavailable');
  if (!hasSoundHost(request)) return refusal(400, 'Bad Request');
  if (target.length > stage.quotas.urlCharacters)
    return refusal(stage.unknowns.longUrlStatus, 'URI Too Long');
  if (path !== stage.compiled.stagePath && path !== `${stage.compiled.stagePath}/`)
    return refusal(403, 'Forbidden');
  if (request.headers['sec-websocket-version'] !== '13')
    return { ...refusal(400, 'Bad Request'), headers: ['Sec-WebSocket-Version: 13'] };
  if (!isHandshake(request)) return refusal(400, 'Bad Request');
  if (!stage.compiled.takeRequest() || !stage.takeConnect()) return refusal(429, 'Too Many Requests');
  return;
}
