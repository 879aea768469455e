export type { Client, ClientOptions, RequestOptions } from './client.ts';
export { type Clock, systemClock, type Timer } from './clock.ts';
export type {
  AnyEvent,
  ClientSnapshot,
  Contract,
  ConversationSnapshot,
  DoctorDay,
  Engagement,
  EventName,
  KindName,
  LoneKind,
  QueueSnapshot,
  RequestAnswer,
  RequestName,
  RequestPayload,
  TidingsContract,
  TopicEvent,
  TopicId,
  Turn,
  UserSnapshot,
} from './contract.ts';
export { createClient } from './createClient.ts';
export { type PositionStorage, type Positions, webStoragePositions } from './positions.ts';
export type { Reducer } from './reducers.ts';
export type { GetToken } from './renewal.ts';
export { browserSignals, type Signals } from './signals.ts';
export type { Session, Status, Store } from './status.ts';
export { type ClientErrorCode, TidingsError } from './tidingsError.ts';
export type { IterationOptions, Reset, Topic } from './topic.ts';
export type { Position } from './tracker.ts';
export type { WebSocketConstructor, WebSocketLike } from './webSocketLike.ts';
