import type { ClientSnapshot } from './contract.ts';
import type { Position } from './tracker.ts';

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
}

/** Keeps a client's state as the server itself would show it (`core/features/engagement`): both events carry it whole. */
function clientReducer(snapshot: ClientSnapshot, { type, payload }: ClientEvent): ClientSnapshot {
  if (type === 'interaction') {
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

function everyClientReducer(
  snapshot: { readonly clients: readonly ListedClient[] },
  event: ClientEvent,
): { readonly clients: readonly ListedClient[] } {
  const clientId = event.topic.slice('client:'.length);
  const before = snapshot.clients.find((client) => client.clientId === clientId);
  const { epoch, seq } = event;
  const after = { ...clientReducer(before ?? newClient(clientId), event), epoch, seq };
  if (!before) return { clients: [...snapshot.clients, after] };
  return { clients: snapshot.clients.map((client) => (client === before ? after : client)) };
}

/** By kind of topic. What is missing here keeps the snapshot that the server gave. */
export const defaultReducers: Readonly<Record<string, Reducer>> = {
  client: clientReducer,
  'client:*': everyClientReducer,
};
