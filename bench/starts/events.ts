import { packPrincipal } from '../../lambdas/principalContext.ts';

/** In the order in which they run: each finds what those before it have left. */
export const measuredFunctions = [
  ...(['authorize', 'connect', 'message', 'http', 'bus', 'deliver'] as const),
  ...(['work', 'stream', 'emit', 'disconnect', 'reap'] as const),
];
export type Name = (typeof measuredFunctions)[number];

const tenant = 'bench';
const topic = 'client:acme';
const interaction = { clientId: 'acme', kind: 'login' };
const readers = Array.from({ length: 10 }, (_, n) => `reader-${n}=`);
const repeats = Array.from({ length: 20 }, (_, n) => n);

function contextOf(connectionId: string) {
  const nowMs = Date.now();
  const authorizer = packPrincipal({
    ...{ tenant, userId: connectionId, roles: ['msp'], clients: [] },
    ...{ issuedAt: nowMs, expiresAt: nowMs + 3_600_000 },
  });
  return { requestContext: { connectionId, requestId: 'r', requestTimeEpoch: nowMs, authorizer } };
}

const newRef = (name: string) => `${name}-${Math.random()}`;
const frame = (connectionId: string, action: string, payload: object, more: object = {}) => ({
  ...contextOf(connectionId),
  body: JSON.stringify({ action, ref: newRef(connectionId), payload, ...more }),
});
const fromQueue = (body: object) => ({
  Records: [{ messageId: 'm', body: JSON.stringify(body), attributes: { SentTimestamp: '0' } }],
});

/** Who has connected follows the client that the interactions are of. */
export const toFollow = (): readonly object[] => [
  ...readers.map((id) => frame(id, 'hello', { v: 1 })),
  ...readers.map((id) => frame(id, 'subscribe', {}, { topic })),
];

/** Work behind a queue: how it is asked for, and how one sees that it was done. */
interface QueuedWork {
  /** How often each reader asks for it, which a user may only so often at a time. */
  readonly each: number;
  readonly ask: (connectionId: string) => object;
  readonly id: (answer: Accepted) => string | undefined;
  readonly lookUp: (connectionId: string, answer: Accepted) => object;
  readonly done: string;
}

interface Accepted {
  readonly jobId?: string;
  readonly streamId?: string;
  readonly conversationId?: string;
}

const queuedWork: Readonly<Partial<Record<Name, QueuedWork>>> = {
  work: {
    each: 2,
    ask: (id) => frame(id, 'job.submit', { kind: 'translate', input: { text: 'hello', to: 'es' } }),
    id: ({ jobId }) => jobId,
    lookUp: (id, { jobId }) => frame(id, 'job.get', { jobId }),
    done: '"status":"done"',
  },
  stream: {
    each: 1,
    ask: (id) => frame(id, 'assistant.ask', { text: 'What is there to do?' }),
    id: ({ streamId }) => streamId,
    lookUp: (id, { conversationId }) =>
      frame(id, 'subscribe', {}, { topic: `conversation:${conversationId}` }),
    done: '"status":"complete"',
  },
};

const askers = ({ each }: QueuedWork) => Array.from({ length: each }, () => readers).flat();
const acceptedIn = (answer: unknown): Accepted =>
  JSON.parse((answer as { readonly body: string }).body).payload;

/** What `message` is asked before a worker has something to do; nothing for any other function. */
export function toAccept(name: Name): readonly object[] {
  const work = queuedWork[name];
  return work ? askers(work).map(work.ask) : [];
}

/** What `message` is asked afterwards, whose answers say that the work was done. */
export function toLookUp(name: Name, answers: readonly unknown[]): readonly object[] {
  const work = queuedWork[name];
  return work ? askers(work).map((id, n) => work.lookUp(id, acceptedIn(answers[n]))) : [];
}

/** @throws Error where one of the answers to `toLookUp` says otherwise */
export function requireDone(name: Name, answers: readonly unknown[]): void {
  const done = queuedWork[name]?.done ?? '';
  const open = answers.find((answer) => !(answer as { readonly body: string }).body.includes(done));
  if (open) throw new Error(`${name} left something to do: ${JSON.stringify(open)}`);
}

const logged = (n: number) => ({
  dynamodb: {
    SequenceNumber: String(n),
    NewImage: {
      pk: { S: `LOG#${tenant}#${topic}#epoch` },
      frame: { S: JSON.stringify({ type: 'interaction', topic, payload: { text: 'x'.repeat(900) } }) },
    },
  },
});

/** What each function is asked: the first is its first request, and the others are as they are in use. */
export function eventsFor(name: Name, token: string, accepted: readonly unknown[]): readonly object[] {
  const unit = { frame: 'x'.repeat(1_000), round: 0, kind: 'event', part: '0' };
  const to = Array.from({ length: 500 }, (_, n) => `socket-${n}=`);
  const work = () =>
    accepted.map((answer) => fromQueue({ tenant, id: queuedWork[name]?.id(acceptedIn(answer)) }));
  const events: Readonly<Record<Name, () => readonly object[]>> = {
    authorize: () =>
      repeats.map(() => ({
        ...contextOf('c'),
        headers: { 'Sec-WebSocket-Protocol': `tidings.v1, bearer.${token}` },
        methodArn: 'arn:aws:execute-api:eu-west-1:1:a/dev/$connect',
      })),
    connect: () => readers.map((id) => ({ ...contextOf(id), headers: {} })),
    message: () => repeats.map(() => frame('reader-0=', 'interaction.record', interaction)),
    http: () =>
      repeats.map(() => ({
        rawPath: '/actions/interaction.record',
        pathParameters: { action: 'interaction.record' },
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({ ref: newRef('http'), payload: interaction }),
        requestContext: { http: { method: 'POST' }, requestId: 'r', timeEpoch: Date.now() },
      })),
    bus: () =>
      repeats.map(() => ({
        id: 'e',
        'detail-type': 'interaction.record',
        detail: { tenant, ref: newRef('bus'), payload: interaction },
      })),
    deliver: () => repeats.map(() => fromQueue({ ...unit, to })),
    work,
    stream: work,
    emit: () => repeats.map(() => ({ Records: Array.from({ length: 100 }, (_, n) => logged(n)) })),
    disconnect: () => readers.map((id) => contextOf(id)),
    reap: () => repeats.map(() => ({})),
  };
  return events[name]();
}
