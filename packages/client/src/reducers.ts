import { isText, listOf } from './base/incoming.ts';
import type {
  ClientSnapshot,
  ConversationSnapshot,
  DoctorDay,
  QueueSnapshot,
  UserSnapshot,
} from './contract.ts';
import type { Position } from './topics/sequencer.ts';

/** What a topic's state is after an event; pure. An event that changes nothing gives the same object back. */
export type Reducer = (
  snapshot: never,
  event: { readonly type: string; readonly topic: string; readonly payload: never } & Position,
) => object;

interface ClientEvent {
  readonly type: string;
  readonly topic: string;
  readonly payload: object;
  readonly epoch: string;
  readonly seq: number;
  readonly ts?: number;
}

/** Keeps a client's state as the server itself would show it (`features/engagement`): each event carries it whole. */
function clientReducer(snapshot: ClientSnapshot, { type, payload }: ClientEvent): ClientSnapshot {
  if (type === 'interaction' || type === 'interaction.forgotten') {
    return { ...snapshot, totals: (payload as Pick<ClientSnapshot, 'totals'>).totals };
  }
  if (type !== 'engagement') return snapshot;
  const { clientId: _, ...engagement } = payload as ClientSnapshot['engagement'] & { clientId: string };
  return { ...snapshot, engagement };
}

type ListedClient = ClientSnapshot & Position;

const newClient = (clientId: string): ClientSnapshot => ({
  clientId,
  engagement: { status: null, score: null, note: null, updatedAt: null, version: 0 },
  totals: {},
});

function everyClientReducer({ clients }: { readonly clients: readonly ListedClient[] }, event: ClientEvent) {
  const clientId = event.topic.slice('client:'.length);
  const before = clients.find((client) => client.clientId === clientId);
  const { epoch, seq } = event;
  const after = { ...clientReducer(before ?? newClient(clientId), event), epoch, seq };
  return { clients: replaced('clientId', clients, [after]) };
}

/** A list with newer items in the places of those that have the same key; in the order of the keys, as the server's. */
export function replaced<T extends object>(key: keyof T, list: readonly T[], newer: readonly T[]): T[] {
  const keyed = [...list, ...newer].filter((item) => isText(item[key]));
  const all = new Map(keyed.map((item) => [item[key], item]));
  return [...all.values()].sort((a, b) => (a[key] < b[key] ? -1 : 1));
}

function queueReducer(snapshot: QueueSnapshot, { type, payload }: ClientEvent): QueueSnapshot {
  if (type !== 'queue.updated') return snapshot;
  const doctors = replaced('doctorId', listOf<DoctorDay>(snapshot.doctors), [payload as DoctorDay]);
  return { ...snapshot, doctors: doctors.filter(({ appointments }) => listOf(appointments).length > 0) };
}

type UserPayload = UserSnapshot & UserSnapshot['alerts'][number] & UserSnapshot['notifications'][number];

/** As the server shows it: the last ten of each. */
function userReducer(snapshot: UserSnapshot, { type, payload, ts = 0 }: ClientEvent): UserSnapshot {
  const { alertId, severity, title, id, kind, at, unread } = payload as UserPayload;
  // A server of yesterday shows neither list.
  const alerts = listOf<UserSnapshot['alerts'][number]>(snapshot.alerts);
  const notifications = listOf<UserSnapshot['notifications'][number]>(snapshot.notifications);
  const withFirst = <T>(first: T, list: readonly T[]) => [first, ...list.slice(0, 9)];
  switch (type) {
    case 'notification':
      return { alerts, unread, notifications: withFirst({ id, kind, title, at }, notifications) };
    case 'notification.read':
      return { ...snapshot, unread };
    case 'alert':
      return { ...snapshot, alerts: withFirst({ alertId, severity, title, at: ts }, alerts) };
    case 'alert.acknowledged':
      return { ...snapshot, alerts: alerts.filter((one) => one.alertId !== alertId) };
    default:
      return snapshot;
  }
}

function conversationReducer(snapshot: ConversationSnapshot, { type, payload }: ClientEvent): object {
  const { turns } = snapshot;
  if (type === 'stream.end') return { turns: [...listOf(turns), { role: 'assistant', ...payload }] };
  if (type !== 'stream.start') return snapshot;
  const { streamId, text } = payload as { streamId: string; text: string };
  return { turns: [...listOf(turns), { role: 'user', text }], stream: { streamId, text: '', idx: -1 } };
}

/** By kind of topic. What is missing here keeps the snapshot that the server gave. */
export const defaultReducers: Readonly<Record<string, Reducer>> = {
  client: clientReducer,
  'client:*': everyClientReducer,
  queue: queueReducer,
  user: userReducer,
  conversation: conversationReducer,
};
