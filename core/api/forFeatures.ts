// What the package `tidings` gives: what features are written with, ours and those of a team.
export { ProtocolError } from '@tidings/protocol';
export { allRows } from '../allRows.ts';
export type { App } from '../app.ts';
export { type Actions, type Call, type CallOf, type EventOf, topicOf } from '../call.ts';
export { type Connection, leaseMs, readConnection } from '../connections/connections.ts';
export { requireFollowing } from '../connections/following.ts';
export { join, requireRoomFor } from '../connections/subscribe.ts';
export { type Subscriber, toSubscriber } from '../connections/subscriber.ts';
export { withDeadline } from '../deadline.ts';
export { subscribers } from '../delivery/audience.ts';
export { publish } from '../delivery/publish.ts';
export { sendEphemeral } from '../delivery/sendEphemeral.ts';
export { type Feature, type FeatureParts, feature, type Outside } from '../feature.ts';
export { tenantFeed, type UserSlice, userFeed } from '../feeds.ts';
export { invalidField } from '../invalidField.ts';
export { featureRows, keys, type RowsOfUsers, readTopicId, topicPart } from '../keys.ts';
export { answerBudget, rowsThatFit } from '../log/answerBudget.ts';
export type { Change } from '../log/change.ts';
export { commitRows } from '../log/commitRows.ts';
export { addEntry, fillPage } from '../log/fillPage.ts';
export { logged } from '../log/loggedEvent.ts';
export { readHead, stateWrite, toHead } from '../log/topicHead.ts';
export type { Clock, Condition, Key, Range, Row, Table, Value, Write } from '../ports.ts';
export { isClientUser, type Principal, shownUser } from '../principal.ts';
export { quote } from '../quote.ts';
export { type Codec, codec } from '../rows.ts';
export type { Runtime } from '../runtime.ts';
export { count, type Settings, type SettingsPart, secureUrl, settingsPart } from '../settings.ts';
export {
  type Head,
  idleMs,
  maySubscribe,
  readTopic,
  retentionMsOf,
  type Topic,
  type TopicKind,
  type TopicRule,
  topicKind,
  unknownTopic,
} from '../topics.ts';
export { acceptWork, queueWork } from '../work/acceptWork.ts';
export {
  callOfWork,
  endWorkWrites,
  giveBackWrite,
  type Lease,
  LeaseLost,
  renewalWrite,
  renewLease,
  requireLease,
  takeLease,
} from '../work/lease.ts';
export { underWayKey } from '../work/underWay.ts';
export { queueOf, type WorkMessage, type WorkRow, type WorkRules } from '../work/watch.ts';
export type { Right, Workers } from '../work/workers.ts';
