import type { IncomingMessage } from 'node:http';
import type { Refusal } from './refusal.ts';
import { refusal } from './refusal.ts';
import { listElements, pathOf } from './requestParts.ts';
import type { RunningStage } from './runningStage.ts';

const keyPattern = /^[+/0-9A-Za-z]{22}==$/;
const tokenPattern = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** The subprotocols that a client offers, in its order; undefined where the header is malformed. */
export function offeredProtocols(request: IncomingMessage): string[] | undefined {
  const offered = listElements(request.headers['sec-websocket-protocol']);
  const sound = offered.every((name) => tokenPattern.test(name)) && new Set(offered).size === offered.length;
  return sound ? offered : undefined;
}

function isUpgrade({ method, headers }: IncomingMessage): boolean {
  const version = headers['sec-websocket-version'];
  return (
    method === 'GET' &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    keyPattern.test(headers['sec-websocket-key'] ?? '') &&
    (version === '13' || version === '8')
  );
}

/** What is wrong with a handshake before any function is asked; `ws` would notice only after `$connect` has run. */
export function preliminaryRefusal(stage: RunningStage, request: IncomingMessage): Refusal | undefined {
  const url = request.url ?? '/';
  const path = pathOf(url);
  if (stage.closed) return refusal(503, 'Service Unavailable');
  if (url.length > stage.quotas.urlCharacters) return refusal(stage.unknowns.longUrlStatus, 'URI Too Long');
  if (path !== stage.compiled.stagePath && path !== `${stage.compiled.stagePath}/`)
    return refusal(403, 'Forbidden');
  if (!isUpgrade(request) || !offeredProtocols(request)) return refusal(400, 'Bad Request');
  if (!stage.takeConnect()) return refusal(429, 'Too Many Requests');
  return;
}
