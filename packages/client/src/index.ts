export { type Clock, systemClock, type Timer } from './base/clock.ts';
export { listOf } from './base/incoming.ts';
export type { Store } from './base/store.ts';
export { type ClientErrorCode, TidingsError } from './base/tidingsError.ts';
export type { AnyClient, Client, ClientOptions, RequestOptions } from './client.ts';
export {
  type ClientFeature,
  type OwnEvent,
  ownEvents,
  type Reducer,
  type TopicRules,
} from './clientFeature.ts';
export { askHealth, type Diagnose } from './connection/askHealth.ts';
export type { GetToken } from './connection/renewal.ts';
export { browserSignals, type Signals } from './connection/signals.ts';
export type { Session, Status } from './connection/status.ts';
export type { WebSocketConstructor, WebSocketLike } from './connection/webSocketLike.ts';
export type {
  AnyEvent,
  Contract,
  EventName,
  KindName,
  LoneKind,
  RequestAnswer,
  RequestName,
  RequestPayload,
  TopicEvent,
  TopicId,
} from './contract.ts';
export { createClient } from './createClient.ts';
export type {
  ClientSnapshot,
  ConversationSnapshot,
  DoctorDay,
  Engagement,
  QueueSnapshot,
  TidingsContract,
  Turn,
  UserSnapshot,
} from './features/tidingsContract.ts';
export { type CollectionOptions, collection, replaced } from './topics/collection.ts';
export type { Collection, CollectionHost, CollectionRule } from './topics/collectionRule.ts';
export type { Jump, SyncRule } from './topics/countedSync.ts';
export { events, type IterationOptions } from './topics/events.ts';
export { everyTopic } from './topics/everyTopic.ts';
export { lastEvents } from './topics/lastEvents.ts';
export { pagedSync } from './topics/pagedSync.ts';
export {
  type KeptPositions,
  keepPositions,
  type PositionKeeper,
  type PositionStorage,
  type Positions,
  webStoragePositions,
} from './topics/positions.ts';
export type { Position, Sequencer } from './topics/sequencer.ts';
export type { Reset, Topic } from './topics/topic.ts';
