import type { Intent, Reply } from './asks.ts';

const maxKnown = 12;

/** Ids that somebody read off a screen, the latest of each kind. */
export interface Known {
  readonly notifications: string[];
  readonly jobs: string[];
  readonly conversations: string[];
  readonly streams: string[];
  readonly appointments: { readonly date: string; readonly appointmentId: string }[];
  /** What anybody of the tenant knows, and few may use. */
  readonly overheard: Overheard;
}

interface Overheard {
  readonly alerts: string[];
  readonly conversations: string[];
  readonly streams: string[];
}

/** What people know: each user's devices together, so that several of them act on the same thing. */
export function knowledge() {
  const all = new Map<string, Known>();
  const overheardIn = new Map<string, Overheard>();
  return (tenant: string, user: string): Known => {
    const name = `${tenant} ${user}`;
    const overheard = overheardIn.get(tenant) ?? { alerts: [], conversations: [], streams: [] };
    overheardIn.set(tenant, overheard);
    const known = all.get(name) ?? {
      notifications: [],
      jobs: [],
      conversations: [],
      streams: [],
      appointments: [],
      overheard,
    };
    all.set(name, known);
    return known;
  };
}

/** Adds one, unless it is known; the oldest is forgotten. */
function learn<T>(known: T[], one: T): void {
  const text = JSON.stringify(one);
  if (known.some((other) => JSON.stringify(other) === text)) return;
  known.push(one);
  if (known.length > maxKnown) known.shift();
}

/** Takes in what a request was answered. */
export function learnFromReply(known: Known, intent: Intent, reply: Reply | undefined): void {
  if (reply?.type !== 'ack') return;
  const { jobId, conversationId, streamId, appointmentId } = reply.payload as Record<string, string>;
  if (jobId !== undefined) learn(known.jobs, jobId);
  if (conversationId !== undefined) {
    for (const ids of [known.conversations, known.overheard.conversations]) learn(ids, conversationId);
  }
  if (streamId !== undefined)
    for (const ids of [known.streams, known.overheard.streams]) learn(ids, streamId);
  if (appointmentId !== undefined && intent.action === 'queue.book') {
    const { date } = intent.payload as { date: string };
    learn(known.appointments, { date, appointmentId });
  }
}

/** Takes in what an event shows. */
export function learnFromEvent(
  known: Known,
  topic: string,
  payload: Readonly<Record<string, unknown>>,
): void {
  if ('alertId' in payload) learn(known.overheard.alerts, payload.alertId as string);
  if (topic === 'user:me' && 'title' in payload && 'kind' in payload) {
    learn(known.notifications, payload.id as string);
  }
  if (!topic.startsWith('queue:')) return;
  const date = topic.slice('queue:'.length);
  for (const { appointmentId } of payload.appointments as { appointmentId: string }[]) {
    learn(known.appointments, { date, appointmentId });
  }
}
