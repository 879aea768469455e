export type {
  AuthorizeManagement,
  Cors,
  HandshakeOutcome,
  HttpApi,
  HttpRoute,
  Integration,
  Invoke,
  Json,
  ManagementAnswer,
  ManagementRefusal,
  ManagementRequest,
  MockIntegration,
  OnError,
  OnHandshake,
  ProxyIntegration,
  ReadRequest,
  RequestAuthorizer,
  Route,
  Throttle,
  WebSocketApi,
} from './api/api.ts';
export { domainNameOf } from './api/api.ts';
export type { Clock } from './clock.ts';
export { systemClock } from './clock.ts';
export type { ConnectFault, DisconnectFault, Faults, PostFault } from './faults.ts';
export { hasSoundHost } from './handshake/hostHeader.ts';
export type { SpeaksWebSocket, TakeUpgrade } from './handshake/onWebSocketUpgrade.ts';
export { onWebSocketUpgrade } from './handshake/onWebSocketUpgrade.ts';
export type { HttpGateway, HttpGatewayOptions } from './http/httpGateway.ts';
export { createHttpGateway } from './http/httpGateway.ts';
export type { Quotas } from './quotas.ts';
export { awsQuotas } from './quotas.ts';
export type { Unknowns } from './unknowns.ts';
export { likelyUnknowns } from './unknowns.ts';
export type { WebSocketGateway, WebSocketGatewayOptions } from './webSocketGateway.ts';
export { createWebSocketGateway } from './webSocketGateway.ts';
