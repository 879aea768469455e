import { type ClientFeature, type ClientSnapshot, collection } from '@tidings/client';

interface ClientEvent {
  readonly type: string;
  readonly payload: object;
}

/** Keeps a client's state as in the server's snapshot: each event has the whole state. */
function foldClient(snapshot: ClientSnapshot, { type, payload }: ClientEvent): ClientSnapshot {
  if (type === 'interaction' || type === 'interaction.forgotten') {
    return { ...snapshot, totals: (payload as Pick<ClientSnapshot, 'totals'>).totals };
  }
  if (type !== 'engagement') return snapshot;
  const { clientId: _, ...engagement } = payload as ClientSnapshot['engagement'] & { clientId: string };
  return { ...snapshot, engagement };
}

const newClient = (clientId: string): ClientSnapshot => ({
  clientId,
  engagement: { status: null, score: null, note: null, updatedAt: null, version: 0 },
  totals: {},
});

/** The states of clients, each by itself and as one list. */
export const engagement: ClientFeature = {
  topics: {
    client: { fold: foldClient },
    'client:*': collection({ list: 'clients', id: 'clientId', initial: newClient, fold: foldClient }),
  },
  feeds: ['client', 'msp'],
};
