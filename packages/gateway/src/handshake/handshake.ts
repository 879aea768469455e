import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocketServer } from 'ws';
import type { HandshakeOutcome } from '../api/api.ts';
import { connectHeaders, queryOf, sourceIpOf, targetOf } from '../http/requestParts.ts';
import { newId } from '../ids.ts';
import type { ConnectionFacts, ConnectRequest } from '../route/events.ts';
import type { RunningStage } from '../runningStage.ts';
import { clientWire } from '../socket/clientWire.ts';
import { clientClosure, closures } from '../socket/closure.ts';
import type { Connection } from '../socket/connection.ts';
import { runDisconnect } from '../socket/disconnect.ts';
import { openConnection } from '../socket/openConnection.ts';
import { authorize } from './authorize.ts';
import { offeredProtocols, preliminaryRefusal } from './handshakeRequest.ts';
import type { Refusal } from './refusal.ts';
import { refusal, refuse } from './refusal.ts';
import { runConnect } from './runConnect.ts';

/** What the 101 carries beside the upgrade itself; the WebSocket server reads it by request. */
export interface Upgrade {
  protocol: string | undefined;
  headers: readonly string[];
}
type RefusedBy = NonNullable<HandshakeOutcome['refusedBy']>;
export type Upgrades = WeakMap<IncomingMessage, Upgrade>;

const nothingRead = Buffer.alloc(0);

// An unhandled error event would end the process, and until the 101 nobody else listens.
const ignore = () => undefined;

// Only a client that reset the connection destroys the socket; one that left in good order has ended its half of it.
const isLost = (socket: Duplex) => socket.destroyed || socket.readableEnded;

// The function's header decides, and only what the client offered can be echoed. Left to itself, `ws` would echo the
// first offer, which may be a token.
function upgradeFor(
  stage: RunningStage,
  request: IncomingMessage,
  answered: Record<string, string>,
): Upgrade {
  const wanted = answered['sec-websocket-protocol'];
  const protocol = offeredProtocols(request)?.find((name) => name === wanted);
  const others = Object.entries(answered).filter(
    ([name]) => !/^(sec-websocket-|connection$|upgrade$)/.test(name),
  );
  const clean = others.filter(([name, value]) => /^[\w-]+$/.test(name) && /^[\x20-\x7e]*$/.test(value));
  const headers = stage.unknowns.connectHeadersReachClient
    ? clean.map(([name, value]) => `${name}: ${value}`)
    : [];
  return { protocol, headers };
}

function newFacts(stage: RunningStage, request: IncomingMessage): ConnectionFacts {
  const userAgent = request.headers['user-agent'];
  return {
    connectionId: newId(),
    connectedAtMs: stage.clock.now(),
    identity: { sourceIp: sourceIpOf(request), ...(userAgent !== undefined && { userAgent }) },
  };
}

/**
 * Serves one handshake: identity sources, authorizer, `$connect`, 101; the first that refuses ends it.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html
 */
export async function handshake(
  stage: RunningStage,
  server: WebSocketServer,
  upgrades: Upgrades,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  socket.on('error', ignore);
  // Bytes that came with the handshake go back into the socket, where they are first in line for whoever reads it.
  if (head.length > 0) socket.unshift(head);
  const early = preliminaryRefusal(stage, request);
  const refuseBy = (refusedBy: RefusedBy, refused: Refusal) => {
    stage.onHandshake({ status: refused.status, refusedBy });
    refuse(socket, refused);
  };
  if (early) return refuseBy('gateway', early);

  const connect: ConnectRequest = {
    headers: connectHeaders(request, stage.clock.now()),
    query: queryOf(targetOf(request)),
  };
  const facts = newFacts(stage, request);
  const route = stage.compiled.connect;
  if (route?.route.authorizer) {
    const authorization = await authorize(stage, route.route.authorizer, request, connect, facts);
    if ('refused' in authorization) return refuseBy('authorizer', authorization.refused);
    Object.assign(facts, authorization);
  }
  const admission = await runConnect(stage, route, connect, facts);
  if ('refused' in admission) return refuseBy('$connect', admission.refused);
  if ('left' in admission) return void socket.destroy();
  if (stage.closed) return refuseBy('gateway', refusal(503, 'Service Unavailable'));
  if (isLost(socket)) {
    socket.destroy();
    if (stage.unknowns.disconnectAfterAbortedConnect) {
      runDisconnect(stage, facts, clientClosure(1006, '', stage.unknowns));
    }
    return;
  }
  // `ws` takes no list, and the other protocols of it are not spoken.
  request.headers.upgrade = 'websocket';
  upgrades.set(request, upgradeFor(stage, request, admission.headers));
  let connection: Connection | undefined;
  const wire = clientWire(socket, stage.quotas.frameBytes, () => {
    connection?.finish(closures.tooLarge);
    // As `ws` does for the faults that it finds itself: https://www.rfc-editor.org/rfc/rfc6455#section-7.1.7
    wire.end();
  });
  server.handleUpgrade(request, wire, nothingRead, (opened) => {
    connection = openConnection(stage, facts, opened, socket);
    const { connectionId, authorizer } = facts;
    stage.onHandshake({ status: 101, connectionId, ...(authorizer && { authorizer }) });
  });
}
