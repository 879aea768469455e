import type * as z from 'zod/mini';
import { alertAcknowledge, alertEvents, alertRaise } from './actions/alerts.ts';
import { assistantAsk, assistantCancel, assistantEvents } from './actions/assistant.ts';
import { auth, hello, subscribe, sync, unsubscribe } from './actions/connection.ts';
import {
  engagementEvents,
  engagementGet,
  engagementUpdate,
  interactionForget,
  interactionRecord,
} from './actions/engagement.ts';
import { jobEvents, jobGet, jobSubmit } from './actions/jobs.ts';
import { messageEvents, messageSend } from './actions/messages.ts';
import {
  notificationEvents,
  notificationList,
  notificationRead,
  notificationSend,
} from './actions/notifications.ts';
import { queueBook, queueCancel, queueCheckIn, queueEvents } from './actions/queue.ts';
import { userRevoke } from './actions/revoke.ts';
import { presenceGet, roomEvents, roomSend } from './actions/rooms.ts';
import { stats } from './actions/stats.ts';
import type { EventContract } from './contract.ts';

const all = [
  hello,
  subscribe,
  unsubscribe,
  sync,
  auth,
  interactionRecord,
  interactionForget,
  engagementUpdate,
  engagementGet,
  alertRaise,
  alertAcknowledge,
  messageSend,
  notificationSend,
  notificationList,
  notificationRead,
  roomSend,
  presenceGet,
  queueBook,
  queueCheckIn,
  queueCancel,
  stats,
  userRevoke,
  jobSubmit,
  jobGet,
  assistantAsk,
  assistantCancel,
] as const;

export type Action = (typeof all)[number];
export type ActionName = Action['name'];
/** The payload of an action, as its schema leaves it. */
export type Payload<N extends ActionName> = z.output<Extract<Action, { name: N }>['payload']>;
/** The payload of the frame that answers an action. */
export type Answer<N extends ActionName> = z.output<Extract<Action, { name: N }>['answer']>;

/** Every action, by its name. `ping` is not one: API Gateway answers it by itself. */
export const actions: ReadonlyMap<string, Action> = new Map(all.map((one) => [one.name, one]));

/** The names of all actions; the stack makes a route of each. */
export const actionNames: readonly ActionName[] = all.map((one) => one.name);

const eventGroups = [
  engagementEvents,
  alertEvents,
  messageEvents,
  notificationEvents,
  roomEvents,
  queueEvents,
  jobEvents,
  assistantEvents,
] as const;

type In<Group> = Group extends object ? Group[keyof Group] : never;
type KnownEvent = Extract<In<(typeof eventGroups)[number]>, EventContract>;

export type EventType = KnownEvent['type'];
/** The payload of an event of a type. */
export type EventPayload<T extends EventType> = z.output<Extract<KnownEvent, { type: T }>['payload']>;

/** Every event that can come on a topic. */
export const events: readonly EventContract[] = eventGroups.flatMap(
  (group) => Object.values(group) as EventContract[],
);
