import type * as z from 'zod/mini';
import { alertAcknowledge, alertEvents, alertRaise } from './actions/alerts.ts';
import { auth, hello, subscribe, sync, unsubscribe } from './actions/connection.ts';
import {
  engagementEvents,
  engagementGet,
  engagementUpdate,
  interactionRecord,
} from './actions/engagement.ts';
import { messageEvents, messageSend } from './actions/messages.ts';
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
  engagementUpdate,
  engagementGet,
  alertRaise,
  alertAcknowledge,
  messageSend,
  roomSend,
  presenceGet,
  stats,
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

/** Every event that can come on a topic. */
export const events: readonly EventContract[] = [
  engagementEvents,
  alertEvents,
  messageEvents,
  roomEvents,
].flatMap((group) => Object.values(group) as EventContract[]);
