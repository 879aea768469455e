export type {
  Cors,
  HttpApi,
  HttpRoute,
  Integration,
  Invoke,
  Json,
  MockIntegration,
  OnError,
  ProxyIntegration,
  RequestAuthorizer,
  Route,
  WebSocketApi,
} from './api.ts';
export { domainNameOf } from './api.ts';
export type { Clock } from './clock.ts';
export { systemClock } from './clock.ts';
export type { ConnectFault, DisconnectFault, Faults, PostFault } from './faults.ts';
export { hasSoundHost } from './hostHeader.ts';
export type { HttpGateway, HttpGatewayOptions } from './httpGateway.ts';
export { createHttpGateway } from './httpGateway.ts';
export type { SpeaksWebSocket, TakeUpgrade } from './onWebSocketUpgrade.ts';
export { onWebSocketUpgrade } from './onWebSocketUpgrade.ts';
export type { Quotas } from './quotas.ts';
export { awsQuotas } from './quotas.ts';
export type { Unknowns } from './unknowns.ts';
export { likelyUnknowns } from './unknowns.ts';
export type { WebSocketGateway, WebSocketGatewayOptions } from './webSocketGateway.ts';
export { createWebSocketGateway } from './webSocketGateway.ts';
